//! What a portal may get wrong, each with a case that must say so.

mod answers;
mod contacts;
mod refusals;
mod sense;

use serde_json::{Map, Value};

use super::{Asked, Form, Habit, Kind, Reply, Request, TOKEN};

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

/// Every drift.
pub(crate) fn all() -> Vec<Drift> {
    let answers = [answers::transport(), answers::envelope()];
    let contacts = [contacts::members(), contacts::dates()];
    let sense = [sense::xml(), sense::sameness()];
    let all = answers.into_iter().chain(contacts).chain(sense);
    all.chain([refusals::refusals()]).flatten().collect()
}
