//! What the bureau knows of whom: persons and companies, some with everything, some with hardly anything.

use serde_json::{Map, Value, json};

/// A person with everything: company, e-mail, address, status, custom fields, tasks, restricted access.
pub(crate) const ANNA: i64 = 4711;
/// The company of that person.
pub(crate) const WORKS: i64 = 4712;
/// A person of whom nothing is known but the name.
pub(crate) const BARE: i64 = 4713;
/// A company of which nothing is known but the name.
pub(crate) const SHELL: i64 = 4714;
/// A person whose texts are awkward to write.
pub(crate) const ODD: i64 = 4715;
pub(crate) const EVERYBODY: [i64; 5] = [ANNA, WORKS, BARE, SHELL, ODD];

/// A project that everybody may change.
pub(crate) const PROJECT: i64 = 31;
/// One that the user may see and not change.
pub(crate) const FOREIGN_PROJECT: i64 = 32;
pub(crate) const USER_ID: &str = "5f0c4b1e-9a3d-4f7e-8c21-0b6a7d9e1f42";

pub(crate) fn contacts() -> Vec<Value> {
    vec![anna(), works(), bare(), shell(), odd()]
}

/// A person of whom the name was sent.
pub(crate) fn new_person(id: i64, first: &str, last: &str) -> Value {
    with(
        common(id, &format!("{first} {last}"), false),
        json!({"firstName": first, "lastName": last, "title": ""}),
    )
}

/// A person as a create answers: what was not sent is left out.
pub(crate) fn as_created(person: &Value) -> Value {
    let mut answer = person.clone();
    if let Value::Object(members) = &mut answer {
        members.retain(|name, _| !["about", "industry", "title"].contains(&name.as_str()));
    }
    answer
}

/// The members that stand where a contact is named in another answer.
pub(crate) fn base(contact: &Value) -> Value {
    let names = [
        "displayName",
        "isCompany",
        "isPrivate",
        "isShared",
        "shareType",
        "currency",
        "canEdit",
        "canDelete",
        "smallFotoUrl",
        "mediumFotoUrl",
        "accessList",
        "id",
    ];
    let members = names.iter().filter_map(|name| {
        let value = contact.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    Value::Object(members.collect())
}

pub(crate) fn project(id: i64, title: &str) -> Value {
    json!({"canEdit": true, "canDelete": true, "id": id, "title": title, "description": "", "status": 0, "isPrivate": false, "isFollow": false})
}

/// What every contact has, with nothing known.
fn common(id: i64, name: &str, is_company: bool) -> Map<String, Value> {
    let isc = if is_company { "True" } else { "False" };
    let photo = |size: u8| {
        format!(
            "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid={id}&isc={isc}&ps={size}"
        )
    };
    let tree = json!({
        "addresses": [],
        "createBy": clerk("Ilse Kramer", None),
        "created": "2024-02-29T08:15:00.0000000+01:00",
        "about": "",
        "industry": "",
        "commonData": [],
        "customFields": [],
        "haveLateTasks": false,
        "displayName": name,
        "isCompany": is_company,
        "isPrivate": false,
        "isShared": false,
        "shareType": 0,
        "currency": null,
        "canEdit": true,
        "canDelete": true,
        "smallFotoUrl": photo(1),
        "mediumFotoUrl": photo(2),
        "id": id,
    });
    match tree {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn clerk(name: &str, title: Option<&str>) -> Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(USER_ID));
    members.insert("displayName".to_owned(), json!(name));
    if let Some(title) = title {
        members.insert("title".to_owned(), json!(title));
    }
    let photo = "/skins/default/images/default_user_photo_size_32-32.png?_=1187";
    members.insert("avatarSmall".to_owned(), json!(photo));
    let profile = "http://bureau.example.com/Products/People/Profile.aspx?user=ilse";
    members.insert("profileUrl".to_owned(), json!(profile));
    Value::Object(members)
}

fn with(mut contact: Map<String, Value>, more: Value) -> Value {
    if let Value::Object(more) = more {
        contact.extend(more);
    }
    Value::Object(contact)
}

fn works() -> Value {
    with(
        common(WORKS, "Kessel & Söhne", true),
        json!({
            "created": "2019-07-01T12:00:00.0000000Z",
            "industry": "Boilers",
            "addresses": [{
                "street": "Hafenstraße 3", "city": "Kiel", "state": "", "zip": "24103", "country": "Germany",
                "category": 3, "categoryName": "Billing", "isPrimary": true,
            }],
            "commonData": [
                {"id": 90, "infoType": 2, "category": 1, "data": "https://kessel.example.com/a/b", "categoryName": "Work", "isPrimary": false},
            ],
            "currency": {
                "title": "Euro", "symbol": "€", "abbreviation": "EUR", "cultureName": "DE",
                "isConvertable": true, "isBasic": true,
            },
            "companyName": "Kessel & Söhne",
            "personsCount": 1,
        }),
    )
}

fn anna() -> Value {
    with(
        common(ANNA, "Anna Berg", false),
        json!({
            "about": "Knows <everybody>",
            "createBy": clerk("Ilse Kramer", Some("Clerk")),
            "created": "2023-11-05T23:59:58.0000000-03:30",
            "isPrivate": true,
            "isShared": true,
            "shareType": 2,
            "accessList": [clerk("Ilse Kramer", Some("Clerk")), clerk("Jo Park", None)],
            "addresses": [
                {"street": "Am Markt 1", "city": "Lübeck", "state": "SH", "zip": "23552", "country": "Germany", "category": 2, "categoryName": "Office", "isPrimary": true},
                {"city": "Kiel", "categoryName": "Home"},
            ],
            "commonData": [
                {"id": 81, "infoType": 1, "category": 1, "data": "anna@example.com", "categoryName": "Work", "isPrimary": true},
                {"id": 82, "infoType": 0, "category": 5, "data": "", "categoryName": "Other", "isPrimary": false},
            ],
            "customFields": [
                {"id": 7, "entityId": ANNA, "label": "Birthday", "fieldValue": "03/14/1970", "fieldType": 5, "position": 0, "mask": ""},
                {"id": 8, "entityId": ANNA, "label": "Newsletter", "fieldValue": "", "fieldType": 3, "position": 1, "mask": ""},
            ],
            "contactStatus": {"id": 3, "title": "Warm", "description": "", "color": "#d7e7ff", "sortOrder": 2},
            "taskCount": 4,
            "haveLateTasks": true,
            "firstName": "Anna",
            "lastName": "Berg",
            "title": "Engineer",
            "company": base(&works()),
        }),
    )
}

fn bare() -> Value {
    with(
        common(BARE, "Bo", false),
        json!({"firstName": "Bo", "lastName": "", "title": "", "isPrivate": true, "accessList": []}),
    )
}

fn shell() -> Value {
    with(
        common(SHELL, "Shell Inc.", true),
        json!({
            "companyName": "Shell Inc.",
            "created": "0001-01-01T00:00:00.0000000Z",
            "addresses": [{}],
        }),
    )
}

fn odd() -> Value {
    with(
        common(ODD, "  Ødd \u{1f600}", false),
        json!({
            "firstName": "  Ødd",
            "lastName": "\u{1f600}",
            "title": "",
            "about": "two\r\nlines,\ta tab, \"quotes\", \\ and </about>",
            "contactStatus": {"id": 1, "title": "", "description": "", "color": ""},
            "taskCount": 1,
        }),
    )
}
