//! Of XML's forms, and of what answers say together.

#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    reason = "tables of small closures"
)]

use serde_json::json;

use super::{Drift, contacts, set, swap};
use crate::bureau::{ANNA, EVERYBODY, Form, Habit, Kind};

pub(super) fn xml() -> Vec<Drift> {
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

pub(super) fn sameness() -> Vec<Drift> {
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
                let known = EVERYBODY.map(|id| id.to_string());
                let mut ids = body
                    .split(|c: char| !c.is_ascii_digit())
                    .filter(|id| !id.is_empty());
                if request.method == "POST" && ids.any(|id| !known.iter().any(|one| one == id)) {
                    let unknown = "/api/2.0/crm/contact/project/2147483646";
                    unknown.clone_into(&mut request.path);
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
