//! What a portal may get wrong, each with a case that must say so.

use serde_json::{Map, Value, json};

use super::{ANNA, Asked, Form, Framing, Habit, Kind, Reply, Request, TOKEN};

/// Name, what goes wrong, and a case that must fail: `read` and `link` stand for the two operations.
pub(crate) type Drift = (&'static str, Habit, &'static str);

/// Changes every contact in a successful answer.
pub(crate) fn contacts(asked: &Asked, tree: &mut Value, change: impl Fn(&mut Map<String, Value>)) {
    if asked.kind == Kind::Other || asked.status >= 300 {
        return;
    }
    match &mut tree["response"] {
        Value::Object(contact) => change(contact),
        Value::Array(items) => items
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(change),
        _ => {}
    }
}

fn set(asked: &Asked, tree: &mut Value, name: &str, value: &Value) {
    contacts(asked, tree, |contact| {
        if contact.contains_key(name) {
            contact[name] = value.clone();
        }
    });
}

fn drop(asked: &Asked, tree: &mut Value, name: &str) {
    contacts(asked, tree, |contact| {
        contact.shift_remove(name);
    });
}

/// Changes every object in a list or an object of every contact.
fn inside(asked: &Asked, tree: &mut Value, name: &str, change: impl Fn(&mut Map<String, Value>)) {
    contacts(asked, tree, |contact| match contact.get_mut(name) {
        Some(Value::Object(object)) => change(object),
        Some(Value::Array(items)) => items
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(&change),
        _ => {}
    });
}

fn is_read(asked: &Asked, form: Form) -> bool {
    asked.is(Kind::Read) && asked.form == form
}

/// Replaces a part of a successful answer's text in one form.
fn swap(asked: &Asked, text: String, form: Form, from: &str, to: &str) -> String {
    if asked.form == form && asked.status < 300 {
        text.replace(from, to)
    } else {
        text
    }
}

fn pascal(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(pascal),
        Value::Object(members) => {
            let old = std::mem::take(members);
            for (name, mut member) in old {
                pascal(&mut member);
                let name = name[..1].to_uppercase() + &name[1..];
                members.insert(name, member);
            }
        }
        _ => {}
    }
}

fn let_in(request: &mut Request) {
    request
        .headers
        .insert("authorization".to_owned(), TOKEN.to_owned());
}

/// Answers a refusal as if nothing were wrong, where the request is such.
fn welcome(reply: &mut Reply) {
    let body = r#"{"count":1,"status":0,"statusCode":200,"response":{}}"#;
    *reply = Reply::page(200, "OK", body);
    reply.set("Content-Type", "application/json; charset=UTF-8");
}

pub(crate) fn all() -> Vec<Drift> {
    [
        transport(),
        envelope(),
        members(),
        xml(),
        sameness(),
        refusals(),
        dates(),
    ]
    .concat()
}

fn transport() -> Vec<Drift> {
    use Habit::{Reply as R, Text};
    vec![
        (
            "a link answers 200",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.status = 200
                }
            }),
            "link::json::transport",
        ),
        (
            "a read answers 201",
            R(|asked, reply| {
                if asked.is(Kind::Read) {
                    reply.status = 201
                }
            }),
            "read::xml::transport",
        ),
        (
            "JSON sent as HTML",
            R(|asked, reply| {
                if is_read(asked, Form::Json) {
                    reply.set("Content-Type", "text/html; charset=utf-8")
                }
            }),
            "read::json::transport",
        ),
        (
            "JSON sent as text",
            R(|asked, reply| {
                if is_read(asked, Form::Json) {
                    reply.set("Content-Type", "text/plain")
                }
            }),
            "read::json::transport",
        ),
        (
            "XML sent as JSON",
            R(|asked, reply| {
                if is_read(asked, Form::Xml) {
                    reply.set("Content-Type", "application/json")
                }
            }),
            "read::xml::transport",
        ),
        (
            "no media type",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.headers.retain(|(name, _)| *name != "Content-Type")
                }
            }),
            "link::json::transport",
        ),
        (
            "JSON that ends early",
            Text(|asked, text| {
                if is_read(asked, Form::Json) {
                    text[..text.len() - 2].to_owned()
                } else {
                    text
                }
            }),
            "read::json::transport",
        ),
        (
            "JSON with something behind it",
            Text(|asked, text| {
                if asked.is(Kind::Link) && asked.form == Form::Json {
                    text + "{}"
                } else {
                    text
                }
            }),
            "link::json::transport",
        ),
        (
            "JSON with a byte order mark",
            Text(|asked, text| {
                if is_read(asked, Form::Json) {
                    format!("\u{feff}{text}")
                } else {
                    text
                }
            }),
            "read::json::transport",
        ),
        (
            "XML that is not closed",
            Text(|asked, text| swap(asked, text, Form::Xml, "</result>", "")),
            "read::xml::transport",
        ),
        (
            "XML with a bare ampersand",
            Text(|asked, text| swap(asked, text, Form::Xml, "&amp;", "&")),
            "link::xml::transport::all",
        ),
        (
            "bytes that are no UTF-8",
            R(|asked, reply| {
                if is_read(asked, Form::Json) {
                    reply.body.retain(|byte| *byte != 0xbc)
                }
            }),
            "read::json::transport",
        ),
        (
            "a body that is cut",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.framing = Framing::Short(9);
                    reply.may_compress = false;
                }
            }),
            "link::json::transport",
        ),
        (
            "plain bytes called gzip",
            R(|asked, reply| {
                if is_read(asked, Form::Xml) {
                    reply.may_compress = false;
                    reply.set("Content-Encoding", "gzip");
                }
            }),
            "read::xml::transport",
        ),
        (
            "an empty body",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.body.clear()
                }
            }),
            "link::xml::transport",
        ),
        (
            "a page of a proxy",
            R(|asked, reply| {
                if asked.is(Kind::Read) {
                    *reply = Reply::page(
                        502,
                        "Bad Gateway",
                        "<html><head><title>502 Bad Gateway</title></head></html>",
                    )
                }
            }),
            "read::json::transport",
        ),
    ]
}

fn envelope() -> Vec<Drift> {
    use Habit::Tree;
    vec![
        (
            "status 1",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["status"] = json!(1)
                }
            }),
            "read::json::envelope",
        ),
        (
            "status by name",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["status"] = json!("ok")
                }
            }),
            "read::xml::envelope",
        ),
        (
            "no status",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree.as_object_mut().unwrap().shift_remove("status");
                }
            }),
            "link::json::envelope",
        ),
        (
            "no status code",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree.as_object_mut().unwrap().shift_remove("statusCode");
                }
            }),
            "link::xml::envelope",
        ),
        (
            "another status code",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["statusCode"] = json!(200)
                }
            }),
            "link::json::envelope",
        ),
        (
            "a count too high",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["count"] = json!(9)
                }
            }),
            "link::json::envelope",
        ),
        (
            "a count of bytes",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["count"] = json!(1200)
                }
            }),
            "read::xml::envelope",
        ),
        (
            "no count",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree.as_object_mut().unwrap().shift_remove("count");
                }
            }),
            "link::json::envelope::all",
        ),
        (
            "a count as text",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["count"] = json!("1")
                }
            }),
            "read::json::envelope",
        ),
        (
            "a strange member",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    tree["elapsed"] = json!(12)
                }
            }),
            "read::json::envelope",
        ),
        (
            "an error beside success",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    tree["error"] = json!({"message": "", "data": {}})
                }
            }),
            "link::xml::envelope",
        ),
        (
            "a result in place of a response",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    let response = tree["response"].take();
                    let members = tree.as_object_mut().unwrap();
                    members.shift_remove("response");
                    members.insert("result".to_owned(), response);
                }
            }),
            "read::json::envelope",
        ),
        (
            "capitals",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    pascal(tree)
                }
            }),
            "read::json::envelope",
        ),
        (
            "no envelope",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    *tree = tree["response"].take()
                }
            }),
            "read::json::envelope",
        ),
        (
            "a next index as text",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["nextIndex"] = json!("next")
                }
            }),
            "link::json::envelope",
        ),
        (
            "a total below the count",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["total"] = json!(-1)
                }
            }),
            "link::json::envelope",
        ),
    ]
}

fn members() -> Vec<Drift> {
    use Habit::Tree;
    vec![
        (
            "no display name",
            Tree(|asked, tree| drop(asked, tree, "displayName")),
            "read::json::schema",
        ),
        (
            "no name to show, XML",
            Tree(|asked, tree| drop(asked, tree, "displayName")),
            "read::xml::shape",
        ),
        (
            "no first name",
            Tree(|asked, tree| drop(asked, tree, "firstName")),
            "read::json::schema",
        ),
        (
            "no company name",
            Tree(|asked, tree| drop(asked, tree, "companyName")),
            "link::json::schema::all",
        ),
        (
            "no currency",
            Tree(|asked, tree| drop(asked, tree, "currency")),
            "read::json::schema",
        ),
        (
            "no late tasks",
            Tree(|asked, tree| drop(asked, tree, "haveLateTasks")),
            "link::json::schema",
        ),
        (
            "no custom fields",
            Tree(|asked, tree| drop(asked, tree, "customFields")),
            "read::json::schema",
        ),
        (
            "an id as text",
            Tree(|asked, tree| set(asked, tree, "id", &json!("4711"))),
            "read::json::schema",
        ),
        (
            "a flag as number",
            Tree(|asked, tree| set(asked, tree, "isPrivate", &json!(1))),
            "read::json::schema",
        ),
        (
            "a flag as text",
            Tree(|asked, tree| set(asked, tree, "canEdit", &json!("true"))),
            "read::json::schema",
        ),
        (
            "a flag without value",
            Tree(|asked, tree| set(asked, tree, "canDelete", &Value::Null)),
            "read::json::schema",
        ),
        (
            "a share type by name",
            Tree(|asked, tree| set(asked, tree, "shareType", &json!("None"))),
            "read::json::schema",
        ),
        (
            "a share type by name, XML",
            Tree(|asked, tree| set(asked, tree, "shareType", &json!("None"))),
            "read::xml::shape",
        ),
        (
            "data as null",
            Tree(|asked, tree| set(asked, tree, "commonData", &Value::Null)),
            "read::json::schema",
        ),
        (
            "addresses as an object",
            Tree(|asked, tree| set(asked, tree, "addresses", &json!({}))),
            "read::json::schema",
        ),
        (
            "an author as text",
            Tree(|asked, tree| set(asked, tree, "createBy", &json!("Ilse Kramer"))),
            "link::json::schema",
        ),
        (
            "no author",
            Tree(|asked, tree| set(asked, tree, "createBy", &Value::Null)),
            "read::json::schema",
        ),
        (
            "an author with a number",
            Tree(|asked, tree| inside(asked, tree, "createBy", |author| author["id"] = json!(12))),
            "read::json::schema",
        ),
        (
            "an author with another id",
            Tree(|asked, tree| {
                inside(asked, tree, "createBy", |author| {
                    author["id"] = json!("ilse")
                })
            }),
            "read::xml::shape",
        ),
        (
            "a nameless author",
            Tree(|asked, tree| {
                inside(asked, tree, "createBy", |author| {
                    author.shift_remove("displayName");
                })
            }),
            "read::json::schema",
        ),
        (
            "data of no kind",
            Tree(|asked, tree| {
                inside(asked, tree, "commonData", |item| {
                    item.shift_remove("infoType");
                })
            }),
            "read::json::schema",
        ),
        (
            "data of a kind by name",
            Tree(|asked, tree| {
                inside(asked, tree, "commonData", |item| {
                    item["infoType"] = json!("Email")
                })
            }),
            "link::json::schema",
        ),
        (
            "fields without label",
            Tree(|asked, tree| {
                inside(asked, tree, "customFields", |item| {
                    item.shift_remove("label");
                })
            }),
            "read::xml::shape",
        ),
        (
            "a status without id",
            Tree(|asked, tree| {
                inside(asked, tree, "contactStatus", |status| {
                    status.shift_remove("id");
                })
            }),
            "read::json::schema",
        ),
        (
            "a currency without symbol",
            Tree(|asked, tree| {
                inside(asked, tree, "currency", |currency| {
                    currency.shift_remove("symbol");
                })
            }),
            "link::json::schema::all",
        ),
        (
            "an access list of names",
            Tree(|asked, tree| set(asked, tree, "accessList", &json!(["Ilse Kramer"]))),
            "read::json::schema",
        ),
        (
            "a number of tasks as text",
            Tree(|asked, tree| set(asked, tree, "taskCount", &json!("4"))),
            "read::json::schema",
        ),
        (
            "a number of persons as text",
            Tree(|asked, tree| set(asked, tree, "personsCount", &json!("one"))),
            "link::xml::shape::all",
        ),
        (
            "a photo as number",
            Tree(|asked, tree| set(asked, tree, "smallFotoUrl", &json!(3))),
            "read::json::schema",
        ),
        (
            "a company by name",
            Tree(|asked, tree| set(asked, tree, "company", &json!("Kessel"))),
            "read::json::schema",
        ),
        (
            "a list around one contact",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    let one = tree["response"].take();
                    tree["response"] = json!([one]);
                }
            }),
            "read::json::envelope",
        ),
        (
            "one contact for a list",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    if let Some(one) = tree["response"].get(0).cloned() {
                        tree["response"] = one;
                    }
                }
            }),
            "link::json::envelope",
        ),
        (
            "capitals inside",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    pascal(&mut tree["response"])
                }
            }),
            "read::xml::shape",
        ),
    ]
}

fn xml() -> Vec<Drift> {
    use Habit::Text;
    vec![
        (
            "True and False",
            Text(|asked, text| {
                swap(
                    asked,
                    swap(asked, text, Form::Xml, ">true<", ">True<"),
                    Form::Xml,
                    ">false<",
                    ">False<",
                )
            }),
            "read::xml::shape",
        ),
        (
            "1 and 0",
            Text(|asked, text| {
                swap(
                    asked,
                    text,
                    Form::Xml,
                    ">false</isCompany>",
                    ">0</isCompany>",
                )
            }),
            "read::xml::shape",
        ),
        (
            "lists in a wrapper",
            Text(|asked, text| {
                swap(
                    asked,
                    swap(asked, text, Form::Xml, "<commonData>", "<commonData><item>"),
                    Form::Xml,
                    "</commonData>",
                    "</item></commonData>",
                )
            }),
            "read::xml::shape",
        ),
        (
            "an absent null",
            Text(|asked, text| swap(asked, text, Form::Xml, "<currency />", "")),
            "read::xml::shape",
        ),
        (
            "another root",
            Text(|asked, text| {
                swap(
                    asked,
                    swap(asked, text, Form::Xml, "<result>", "<answer>"),
                    Form::Xml,
                    "</result>",
                    "</answer>",
                )
            }),
            "read::xml::envelope",
        ),
        (
            "a namespace",
            Text(|asked, text| {
                swap(
                    asked,
                    text,
                    Form::Xml,
                    "<result>",
                    "<result xmlns=\"urn:portal\">",
                )
            }),
            "read::xml::envelope",
        ),
        (
            "an attribute",
            Text(|asked, text| {
                swap(
                    asked,
                    text,
                    Form::Xml,
                    "<response>",
                    "<response type=\"person\">",
                )
            }),
            "read::xml::envelope",
        ),
        (
            "two authors",
            Text(|asked, text| {
                swap(
                    asked,
                    text,
                    Form::Xml,
                    "</createBy>",
                    "</createBy><createBy><id>5f0c4b1e-9a3d-4f7e-8c21-0b6a7d9e1f42</id><displayName /><avatarSmall /><profileUrl /></createBy>",
                )
            }),
            "read::xml::shape",
        ),
        (
            "a number with a fraction",
            Text(|asked, text| swap(asked, text, Form::Xml, "<shareType>2<", "<shareType>2.5<")),
            "read::xml::shape",
        ),
        (
            "text between elements",
            Text(|asked, text| swap(asked, text, Form::Xml, "<response>", "<response>contact: ")),
            "read::xml::envelope",
        ),
    ]
}

fn sameness() -> Vec<Drift> {
    use Habit::{Request as Q, Tree};
    vec![
        (
            "another text in XML",
            Tree(|asked, tree| {
                if asked.form == Form::Xml {
                    set(asked, tree, "displayName", &json!("Somebody"))
                }
            }),
            "read::xml::parity",
        ),
        (
            "another number in XML",
            Tree(|asked, tree| {
                if asked.form == Form::Xml {
                    set(asked, tree, "taskCount", &json!(5))
                }
            }),
            "read::xml::parity",
        ),
        (
            "another moment in XML",
            Tree(|asked, tree| {
                if asked.form == Form::Xml {
                    set(
                        asked,
                        tree,
                        "created",
                        &json!("2023-11-05T23:59:58.0000000Z"),
                    )
                }
            }),
            "read::xml::parity",
        ),
        (
            "the same moment by another clock in XML",
            Tree(|asked, tree| {
                if asked.form == Form::Xml {
                    set(
                        asked,
                        tree,
                        "created",
                        &json!("2023-11-06T03:29:58.0000000Z"),
                    )
                }
            }),
            "read::xml::parity",
        ),
        (
            "an item less in XML",
            Tree(|asked, tree| {
                if asked.form == Form::Xml {
                    contacts(asked, tree, |contact| {
                        contact["commonData"].as_array_mut().unwrap().pop();
                    })
                }
            }),
            "read::xml::parity",
        ),
        (
            "escaped twice in XML",
            Tree(|asked, tree| {
                if asked.form == Form::Xml {
                    set(asked, tree, "about", &json!("Knows &lt;everybody&gt;"))
                }
            }),
            "read::xml::parity",
        ),
        (
            "a contact less in XML",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) && asked.form == Form::Xml && tree.get("count").is_some() {
                    let items = tree["response"].as_array_mut().unwrap();
                    items.pop();
                    let count = items.len();
                    tree["count"] = json!(count);
                }
            }),
            "link::xml::parity::all",
        ),
        (
            "another contact",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["response"]["id"] = json!(4716)
                }
            }),
            "read::json::identity::asked",
        ),
        (
            "a contact twice",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) && tree.get("count").is_some() {
                    let items = tree["response"].as_array_mut().unwrap();
                    items.push(items[0].clone());
                    let count = items.len();
                    tree["count"] = json!(count);
                }
            }),
            "link::json::identity::asked",
        ),
        (
            "a contact too few",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    let items = tree["response"].as_array_mut().unwrap();
                    if items.len() > 1 {
                        items.remove(0);
                        let count = items.len();
                        tree["count"] = json!(count);
                    }
                }
            }),
            "link::json::identity::asked::all",
        ),
        (
            "every request changes a name",
            Tree(|asked, tree| {
                let name = json!(format!("Name {}", asked.number));
                set(asked, tree, "displayName", &name);
            }),
            "read::json::identity::repeated",
        ),
        (
            "a link tells another name",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    set(asked, tree, "about", &json!("as linked"))
                }
            }),
            "link::json::identity::read",
        ),
        (
            "unknown contacts are linked",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    let items = tree["response"].as_array_mut().unwrap();
                    let mut one = items.first().cloned().unwrap_or_else(|| json!({}));
                    if items.len() == 1 {
                        one["id"] = json!(2_147_483_647);
                        items.push(one);
                        tree["count"] = json!(2);
                    }
                }
            }),
            "link::json::identity::unknown",
        ),
        (
            "unknown contacts stop a link",
            Q(|request| {
                let body = String::from_utf8_lossy(&request.body).into_owned();
                let known = super::EVERYBODY.map(|id| id.to_string());
                let mut ids = body
                    .split(|c: char| !c.is_ascii_digit())
                    .filter(|id| !id.is_empty());
                if request.method == "POST" && ids.any(|id| !known.iter().any(|one| one == id)) {
                    request.path = "/api/2.0/crm/contact/project/2147483646".to_owned();
                }
            }),
            "link::json::identity::unknown",
        ),
        (
            "always the same contact",
            Q(|request| {
                if request.method == "GET" {
                    let path = request.path.replace(&ANNA.to_string(), "4713");
                    request.path = path;
                }
            }),
            "read::json::identity::asked",
        ),
    ]
}

fn refusals() -> Vec<Drift> {
    use Habit::{Reply as R, Request as Q, Tree};
    vec![
        (
            "no token needed",
            Q(|request| {
                if !request.headers.contains_key("authorization") {
                    let_in(request)
                }
            }),
            "read::json::refusal::no-token",
        ),
        (
            "an empty token will do",
            Q(|request| {
                if request
                    .headers
                    .get("authorization")
                    .is_some_and(String::is_empty)
                {
                    let_in(request)
                }
            }),
            "read::xml::refusal::empty-token",
        ),
        (
            "any token will do",
            Q(|request| {
                if request
                    .headers
                    .get("authorization")
                    .is_some_and(|value| !value.is_empty())
                {
                    let_in(request)
                }
            }),
            "link::json::refusal::wrong-token",
        ),
        (
            "anybody may link",
            Q(|request| {
                if request.method == "POST" {
                    let_in(request)
                }
            }),
            "link::xml::refusal::malformed-token",
        ),
        (
            "401 sends to a page",
            R(|asked, reply| {
                if asked.status == 401 {
                    *reply = Reply::page(302, "Found", "");
                    reply.set("Location", "/auth.aspx");
                }
            }),
            "read::json::refusal::no-token",
        ),
        (
            "500 for strangers",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.status = 500
                }
            }),
            "link::json::refusal::empty-token",
        ),
        (
            "nothing is found with 200",
            R(|asked, reply| {
                if asked.status == 404 {
                    welcome(reply)
                }
            }),
            "read::json::refusal::unknown-contactid",
        ),
        (
            "unknown projects are server errors",
            R(|asked, reply| {
                if asked.status == 404 && asked.kind == Kind::Link {
                    reply.status = 500
                }
            }),
            "link::json::refusal::unknown-projectid",
        ),
        (
            "words are server errors",
            R(|asked, reply| {
                if asked.status == 404 && asked.kind == Kind::Other {
                    reply.status = 500
                }
            }),
            "read::json::refusal::text-contactid",
        ),
        (
            "negative ids are welcome",
            Q(|request| request.path = request.path.replace("/-", "/")),
            "read::json::refusal::negative-contactid",
        ),
        (
            "zero is unknown",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Read {
                    reply.status = 500
                }
            }),
            "read::json::refusal::zero-contactid",
        ),
        (
            "large ids are server errors",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Read {
                    reply.status = 500
                }
            }),
            "read::xml::refusal::oversized-contactid",
        ),
        (
            "broken bodies are empty",
            Q(|request| {
                if request.method == "POST"
                    && request.media_type() == "application/json"
                    && serde_json::from_slice::<Value>(&request.body).is_err()
                {
                    request.body = format!("{{\"contactid\":[{ANNA}]}}").into_bytes()
                }
            }),
            "link::json::refusal::malformed-body",
        ),
        (
            "empty bodies link everybody",
            Q(|request| {
                if request.method == "POST" && !String::from_utf8_lossy(&request.body).contains('4')
                {
                    request.headers.insert(
                        "content-type".to_owned(),
                        "application/x-www-form-urlencoded".to_owned(),
                    );
                    request.body = format!("contactid={ANNA}").into_bytes()
                }
            }),
            "link::json::refusal::empty-body",
        ),
        (
            "bad bodies are server errors",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Link {
                    reply.status = 500
                }
            }),
            "link::json::refusal::mistyped-body",
        ),
        (
            "missing bodies are server errors",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Link {
                    reply.status = 500
                }
            }),
            "link::xml::refusal::missing-body",
        ),
        (
            "errors with a response",
            Tree(|asked, tree| {
                if asked.status >= 400 {
                    tree["response"] = json!({"id": ANNA, "displayName": "Anna Berg"})
                }
            }),
            "read::json::refusal::unknown-contactid",
        ),
        (
            "strangers are told names",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.body =
                        br#"{"status":0,"response":{"id":4711,"displayName":"Anna Berg"}}"#.to_vec()
                }
            }),
            "read::json::refusal::no-token",
        ),
    ]
}

fn dates() -> Vec<Drift> {
    use Habit::Tree;
    vec![
        (
            "no offset",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2023-11-05T23:59:58.0000000"),
                )
            }),
            "read::json::schema",
        ),
        (
            "a day alone",
            Tree(|asked, tree| set(asked, tree, "created", &json!("2023-11-05"))),
            "read::json::schema",
        ),
        (
            "a blank in a moment",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2023-11-05 23:59:58.0000000Z"),
                )
            }),
            "read::xml::shape",
        ),
        (
            "a moment of another calendar",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2023-02-30T23:59:58.0000000Z"),
                )
            }),
            "read::json::schema",
        ),
        (
            "a moment as number",
            Tree(|asked, tree| set(asked, tree, "created", &json!(1_699_228_798))),
            "read::json::schema",
        ),
        (
            "a moment of old serializers",
            Tree(|asked, tree| set(asked, tree, "created", &json!("/Date(1699228798000)/"))),
            "read::json::schema",
        ),
        (
            "a moment without value",
            Tree(|asked, tree| set(asked, tree, "created", &Value::Null)),
            "read::json::schema",
        ),
        (
            "three digits of a second",
            Tree(|asked, tree| set(asked, tree, "created", &json!("2023-11-05T23:59:58.000Z"))),
            "read::json::schema",
        ),
        (
            "an offset without colon",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2023-11-05T23:59:58.0000000+0100"),
                )
            }),
            "read::json::schema",
        ),
    ]
}
