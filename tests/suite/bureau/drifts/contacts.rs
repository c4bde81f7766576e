//! Of what a contact has.

#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    reason = "tables of small closures"
)]

use serde_json::{Value, json};

use super::{Drift, drop, inside, pascal, set};
use crate::bureau::{Habit, Kind};

pub(super) fn members() -> Vec<Drift> {
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
            "nothing about anybody",
            Tree(|asked, tree| drop(asked, tree, "about")),
            "read::json::schema",
        ),
        (
            "no industry, XML",
            Tree(|asked, tree| drop(asked, tree, "industry")),
            "link::xml::shape",
        ),
        (
            "no job title",
            Tree(|asked, tree| drop(asked, tree, "title")),
            "read::xml::shape",
        ),
        (
            "null for no job title",
            Tree(|asked, tree| set(asked, tree, "title", &Value::Null)),
            "link::json::schema",
        ),
        (
            "private and no access list",
            Tree(|asked, tree| drop(asked, tree, "accessList")),
            "read::json::schema",
        ),
        (
            "an access list and not private, XML",
            Tree(|asked, tree| set(asked, tree, "isPrivate", &json!(false))),
            "read::xml::shape",
        ),
        (
            "an access list of companies that all see",
            Tree(|asked, tree| {
                inside(asked, tree, "company", |company| {
                    company.insert("accessList".to_owned(), json!([]));
                })
            }),
            "read::json::schema",
        ),
        (
            "a status without description",
            Tree(|asked, tree| {
                inside(asked, tree, "contactStatus", |status| {
                    status.shift_remove("description");
                })
            }),
            "read::xml::shape",
        ),
        (
            "null for an empty custom field",
            Tree(|asked, tree| {
                let field = json!({"id": 8, "entityId": 1, "label": "", "fieldValue": null, "fieldType": 3, "position": 1, "mask": ""});
                set(asked, tree, "customFields", &json!([field]))
            }),
            "read::json::schema",
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
                if asked.is(Kind::Link)
                    && let Some(one) = tree["response"].get(0).cloned()
                {
                    tree["response"] = one;
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

pub(super) fn dates() -> Vec<Drift> {
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
