//! What a portal may do otherwise without being wrong.

#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    reason = "tables of small closures"
)]

use serde_json::{Map, Value, json};

use super::drifts::contacts;
use super::{Asked, Form, Framing, Habit, Kind, Reply};

fn reversed(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.reverse();
            items.iter_mut().for_each(reversed);
        }
        Value::Object(members) => {
            let old = std::mem::take(members);
            members.extend(old.into_iter().rev());
            members.values_mut().for_each(reversed);
        }
        _ => {}
    }
}

fn each(value: &mut Value, change: &dyn Fn(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| each(member, change));
            change(members);
        }
        _ => {}
    }
}

fn drop(asked: &Asked, tree: &mut Value, name: &str) {
    contacts(asked, tree, |contact| {
        contact.shift_remove(name);
    });
}

fn set(asked: &Asked, tree: &mut Value, name: &str, value: &Value) {
    contacts(asked, tree, |contact| {
        contact.insert(name.to_owned(), value.clone());
    });
}

fn media(reply: &mut Reply, json: &str, xml: &str) {
    let old = reply
        .headers
        .iter()
        .find(|(name, _)| *name == "Content-Type");
    let old = old.map_or("", |(_, value)| value.as_str());
    let new = match old {
        old if old.starts_with("application/json") => json,
        old if old.starts_with("text/xml") => xml,
        _ => return,
    };
    reply.set("Content-Type", new);
}

/// White space that formatters put between elements and members.
fn indented(asked: &Asked, text: &str) -> String {
    match asked.form {
        Form::Json => {
            let tree: Value = serde_json::from_str(text).unwrap();
            serde_json::to_string_pretty(&tree).unwrap()
        }
        Form::Xml => {
            // Only where an element ends and one begins, or two end: nothing that holds text.
            let text = text.replace("<response><", "<response>\r\n  <");
            let text = text.replace("</response>", "\r\n</response>");
            text.replace("</result>", "\r\n</result>\r\n")
        }
    }
}

pub(crate) fn all() -> Vec<(&'static str, Habit)> {
    [writing(), sending(), leaving_out(), telling(), refusing()].concat()
}

fn writing() -> Vec<(&'static str, Habit)> {
    use Habit::{Text, Tree};
    vec![
        (
            "everything in another order",
            Tree(|_, tree| reversed(tree)),
        ),
        ("white space", Text(|asked, text| indented(asked, &text))),
        (
            "empty elements in one tag",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    text.replace("<about></about>", "<about />")
                        .replace("<lastName></lastName>", "<lastName/>")
                        .replace("<industry></industry>", "<industry />")
                } else {
                    text
                }
            }),
        ),
        (
            "empty elements in two tags",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    text.replace("<currency />", "<currency></currency>")
                        .replace("<addresses />", "<addresses></addresses>")
                        .replace("<data />", "<data></data>")
                } else {
                    text
                }
            }),
        ),
        (
            "an XML declaration",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}")
                } else {
                    text
                }
            }),
        ),
        (
            "a byte order mark before XML",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    format!("\u{feff}{text}")
                } else {
                    text
                }
            }),
        ),
        (
            "CDATA",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    text.replace(
                        "<firstName>Anna</firstName>",
                        "<firstName><![CDATA[Anna]]></firstName>",
                    )
                } else {
                    text
                }
            }),
        ),
        (
            "references to characters",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    text.replace('ø', "&#xF8;").replace('ü', "&#252;")
                } else {
                    text
                }
            }),
        ),
        (
            "a comment",
            Text(|asked, text| {
                if asked.form == Form::Xml {
                    text.replace("<response>", "<!-- contact --><response>")
                } else {
                    text
                }
            }),
        ),
        (
            "solidus as it is",
            Text(|asked, text| {
                if asked.form == Form::Json {
                    text.replace("\\/", "/")
                } else {
                    text
                }
            }),
        ),
        (
            "escapes for accents",
            Text(|asked, text| {
                if asked.form == Form::Json {
                    text.replace('ü', "\\u00fc")
                        .replace('ö', "\\u00F6")
                        .replace("\\ud83d\\ude00", "\u{1f600}")
                } else {
                    text
                }
            }),
        ),
        (
            "a line end behind JSON",
            Text(|asked, text| {
                if asked.form == Form::Json {
                    format!(" {text}\r\n")
                } else {
                    text
                }
            }),
        ),
    ]
}

fn sending() -> Vec<(&'static str, Habit)> {
    use Habit::Reply as R;
    vec![
        (
            "nothing is compressed",
            R(|_, reply| reply.may_compress = false),
        ),
        ("chunks", R(|_, reply| reply.framing = Framing::Chunked)),
        (
            "small charset",
            R(|_, reply| {
                media(
                    reply,
                    "application/json; charset=utf-8",
                    "text/xml; charset=utf-8",
                )
            }),
        ),
        (
            "quoted charset",
            R(|_, reply| {
                media(
                    reply,
                    "application/json;charset=\"UTF-8\"",
                    "text/xml;charset=\"utf-8\"",
                )
            }),
        ),
        (
            "no charset",
            R(|_, reply| media(reply, "application/json", "text/xml")),
        ),
        (
            "capitals in the media type",
            R(|_, reply| {
                media(
                    reply,
                    "Application/JSON; Charset=UTF-8",
                    "Text/XML; Charset=UTF-8",
                )
            }),
        ),
        ("no reason phrase", R(|_, reply| reply.reason = "")),
        (
            "cookies and other headers",
            R(|_, reply| {
                reply.set("Set-Cookie", "asc_auth_key=x; path=/; HttpOnly");
                reply.set("X-Responded", "ASC.Api");
                reply.set("Server", "nginx");
            }),
        ),
        (
            "no headers but the media type",
            R(|_, reply| reply.headers.retain(|(name, _)| *name == "Content-Type")),
        ),
    ]
}

fn leaving_out() -> Vec<(&'static str, Habit)> {
    use Habit::Tree;
    vec![
        (
            "no company",
            Tree(|asked, tree| drop(asked, tree, "company")),
        ),
        (
            "no status",
            Tree(|asked, tree| drop(asked, tree, "contactStatus")),
        ),
        (
            "no tasks",
            Tree(|asked, tree| drop(asked, tree, "taskCount")),
        ),
        (
            "no number of persons",
            Tree(|asked, tree| drop(asked, tree, "personsCount")),
        ),
        (
            "nobody who has access to private contacts",
            Tree(|asked, tree| {
                contacts(asked, tree, |contact| {
                    let is_private = contact["isPrivate"] == json!(true);
                    if is_private {
                        contact.insert("accessList".to_owned(), json!([]));
                    }
                })
            }),
        ),
        (
            "nobody is private",
            Tree(|asked, tree| {
                contacts(asked, tree, |contact| {
                    contact.insert("isPrivate".to_owned(), json!(false));
                    contact.shift_remove("accessList");
                })
            }),
        ),
        (
            "addresses without category and flag",
            Tree(|asked, tree| {
                contacts(asked, tree, |contact| {
                    for address in contact["addresses"].as_array_mut().unwrap() {
                        let address = address.as_object_mut().unwrap();
                        address.shift_remove("category");
                        address.shift_remove("isPrimary");
                    }
                })
            }),
        ),
        (
            "no lists have items",
            Tree(|asked, tree| {
                for name in ["addresses", "commonData", "customFields"] {
                    set(asked, tree, name, &json!([]));
                }
            }),
        ),
        (
            "a status of which nothing was stored",
            Tree(|asked, tree| {
                let status = json!({"id": 5, "title": "", "description": "", "color": ""});
                set(asked, tree, "contactStatus", &status)
            }),
        ),
    ]
}

fn telling() -> Vec<(&'static str, Habit)> {
    use Habit::Tree;
    vec![
        (
            "everybody has a currency",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "currency",
                    &json!({"title": "Yen", "symbol": "¥", "abbreviation": "JPY", "cultureName": "JP", "isConvertable": true, "isBasic": false}),
                )
            }),
        ),
        (
            "a currency that was added by hand",
            Tree(|asked, tree| {
                let currency = json!({"title": null, "symbol": "X", "abbreviation": "XTS", "cultureName": "", "isConvertable": false, "isBasic": false});
                set(asked, tree, "currency", &currency)
            }),
        ),
        (
            "nobody has a currency",
            Tree(|asked, tree| set(asked, tree, "currency", &Value::Null)),
        ),
        (
            "members of a later version",
            Tree(|asked, tree| {
                contacts(asked, tree, |contact| {
                    contact.insert("invoices".to_owned(), json!([{"id": 1}]));
                    contact["createBy"]["email"] = json!("ilse@example.com");
                })
            }),
        ),
        (
            "tags",
            Tree(|asked, tree| set(asked, tree, "tags", &json!(["one", "two"]))),
        ),
        (
            "UTC",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2024-02-29T07:15:00.1234567Z"),
                )
            }),
        ),
        (
            "Newfoundland",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2024-02-29T03:45:00.0000000-03:30"),
                )
            }),
        ),
        (
            "Nepal",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("2024-02-29T13:00:00.0000000+05:45"),
                )
            }),
        ),
        (
            "never created",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "created",
                    &json!("0001-01-01T00:00:00.0000000Z"),
                )
            }),
        ),
        (
            "an author who is lost",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "createBy",
                    &json!({"id": "4a515a15-d4d6-4b8e-828e-e0586f18f3a3", "displayName": "profile removed", "avatarSmall": "", "profileUrl": ""}),
                )
            }),
        ),
        (
            "data of the last kinds",
            Tree(|asked, tree| {
                set(
                    asked,
                    tree,
                    "commonData",
                    &json!([{"id": 1, "infoType": 17, "category": 2, "data": "", "categoryName": "", "isPrimary": false}]),
                )
            }),
        ),
        (
            "texts that look like something else",
            Tree(|asked, tree| {
                set(asked, tree, "about", &json!("12"));
                set(asked, tree, "industry", &json!("true"));
            }),
        ),
        (
            "a whole number of items",
            Tree(|asked, tree| {
                if asked.is(Kind::Link)
                    && let Some(count) = tree.get("count").cloned()
                {
                    tree["total"] = count;
                }
            }),
        ),
        (
            "GUIDs in capitals",
            Tree(|asked, tree| {
                contacts(asked, tree, |contact| {
                    let id = contact["createBy"]["id"].as_str().unwrap().to_uppercase();
                    contact["createBy"]["id"] = json!(id);
                })
            }),
        ),
    ]
}

fn refusing() -> Vec<(&'static str, Habit)> {
    use Habit::{Reply as R, Tree};
    vec![
        (
            "no challenge",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply
                        .headers
                        .retain(|(name, _)| *name != "WWW-Authenticate")
                }
            }),
        ),
        (
            "a challenge always",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.set("WWW-Authenticate", "Basic Realm=\"portal\"")
                }
            }),
        ),
        (
            "a web server's 401",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.body = b"<!DOCTYPE html><html><head><title>401 - Unauthorized</title></head><body></body></html>".to_vec()
                }
            }),
        ),
        (
            "an empty 401",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.body.clear()
                }
            }),
        ),
        (
            "a plain 401",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.set("Content-Type", "text/plain")
                }
            }),
        ),
        (
            "a web server's 404",
            R(|asked, reply| {
                if asked.status == 404 && asked.kind == Kind::Other {
                    *reply = Reply::page(
                        404,
                        "Not Found",
                        "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>",
                    )
                }
            }),
        ),
        (
            "an empty 404",
            R(|asked, reply| {
                if asked.status == 404 && asked.kind == Kind::Other {
                    reply.body.clear()
                }
            }),
        ),
        (
            "errors of a debug build",
            Tree(|asked, tree| {
                if asked.status >= 400 {
                    tree["error"]["type"] = json!("System.Exception");
                    tree["error"]["stack"] = json!("at ASC.Api.Impl");
                }
            }),
        ),
        (
            "errors without number",
            Tree(|asked, tree| {
                if asked.status >= 400 {
                    each(tree, &|members| {
                        members.shift_remove("hresult");
                    })
                }
            }),
        ),
        (
            "errors with data",
            Tree(|asked, tree| {
                if asked.status >= 400 {
                    tree["error"]["data"] = json!({"helpLink.ProdName": "x"})
                }
            }),
        ),
        (
            "errors in another language",
            Tree(|asked, tree| {
                if asked.status >= 400 {
                    tree["error"]["message"] = json!("Запись не найдена")
                }
            }),
        ),
    ]
}
