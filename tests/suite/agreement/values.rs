//! JSON answers that are altered member by member.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::forms::{self, Form};

/// One alteration; the index picks the value.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// A text is another.
    Form(Index, Form),
    /// Another value.
    Set(Index, Value),
    /// A member or an item is left out.
    Drop(Index),
    /// A member has another name.
    Rename(Index, &'static str),
    /// One more member.
    Insert(Index, &'static str, Value),
    /// The value that stands at another place.
    Copy(Index, Index),
    /// An item, or the value itself, twice.
    Double(Index),
}

/// A few alterations, seldom none.
pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = || any::<Index>();
    let name = || prop::sample::select(&["Undocumented", "title", "id", "Id", "a~b/c"][..]);
    let change = prop_oneof![
        6 => (index(), forms::form()).prop_map(|(at, form)| Change::Form(at, form)),
        4 => (index(), value()).prop_map(|(at, value)| Change::Set(at, value)),
        1 => index().prop_map(Change::Drop),
        1 => (index(), name()).prop_map(|(at, name)| Change::Rename(at, name)),
        1 => (index(), name(), value())
            .prop_map(|(at, name, value)| Change::Insert(at, name, value)),
        1 => (index(), index()).prop_map(|(at, from)| Change::Copy(at, from)),
        1 => index().prop_map(Change::Double),
    ];
    prop::collection::vec(change, 0..4)
}

fn value() -> impl Strategy<Value = Value> {
    let listed = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.0),
        json!(-0.0),
        json!(0.5),
        json!(1e3),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e20),
        json!(""),
        json!("1"),
        json!([]),
        json!([1]),
        json!([null]),
        json!({}),
        json!({"id": 1}),
    ];
    let date_time = forms::date_time().prop_map(Value::from);
    prop_oneof![4 => prop::sample::select(listed.to_vec()), 1 => date_time]
}

/// A body, altered.
pub(super) fn altered(body: &Value, changes: &[Change]) -> Value {
    let mut altered = body.clone();
    for change in changes {
        alter(&mut altered, change);
    }
    altered
}

/// The pointers of all values.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                places(value, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}

fn pick(body: &Value, at: Index) -> String {
    let mut found = Vec::new();
    places(body, "", &mut found);
    at.get(found.as_slice()).clone()
}

fn alter(body: &mut Value, change: &Change) {
    match change {
        Change::Form(at, form) => {
            let mut found = Vec::new();
            places(body, "", &mut found);
            found.retain(|place| body.pointer(place).is_some_and(Value::is_string));
            if !found.is_empty() {
                let text = body.pointer_mut(at.get::<String>(&found)).unwrap();
                *text = form.instead_of(text.as_str().unwrap()).into();
            }
        }
        Change::Set(at, value) => {
            let at = pick(body, *at);
            *body.pointer_mut(&at).unwrap() = value.clone();
        }
        Change::Drop(at) => {
            let at = pick(body, *at);
            let Some((parent, last)) = at.rsplit_once('/') else {
                return;
            };
            match body.pointer_mut(parent).unwrap() {
                Value::Object(members) => {
                    members.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
                }
                Value::Array(items) => {
                    items.remove(last.parse().unwrap());
                }
                _ => {}
            }
        }
        Change::Rename(at, name) => {
            let at = pick(body, *at);
            let Some((parent, last)) = at.rsplit_once('/') else {
                return;
            };
            if let Value::Object(members) = body.pointer_mut(parent).unwrap()
                && let Some(value) =
                    members.shift_remove(&last.replace("~1", "/").replace("~0", "~"))
            {
                members.insert((*name).to_owned(), value);
            }
        }
        Change::Insert(at, name, value) => {
            let at = pick(body, *at);
            match body.pointer_mut(&at).unwrap() {
                Value::Object(members) => {
                    members.insert((*name).to_owned(), value.clone());
                }
                Value::Array(items) => items.push(value.clone()),
                _ => {}
            }
        }
        Change::Copy(at, from) => {
            let (at, from) = (pick(body, *at), pick(body, *from));
            let value = body.pointer(&from).unwrap().clone();
            *body.pointer_mut(&at).unwrap() = value;
        }
        Change::Double(at) => {
            let at = pick(body, *at);
            let value = body.pointer_mut(&at).unwrap();
            match value {
                Value::Array(items) if !items.is_empty() => items.push(items[0].clone()),
                value => *value = json!([value.clone(), value.clone()]),
            }
        }
    }
}
