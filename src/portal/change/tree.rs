//! Alterations of an answer as a tree of members, before it is written in either format.

use serde_json::{Map, Number, Value};

/// Selects places in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Where the steps start.
    pub of: Of,
    /// The way from there.
    pub steps: Vec<Step>,
}

/// Where the steps of a selector start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// At the whole answer, envelope included.
    Answer,
    /// At the payload.
    Payload,
    /// At each resource: the payload, or each item of it where it is a list.
    Resource,
    /// At the second item of a payload that is a list.
    Second,
}

/// One step of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into the member of this wire name.
    Member(String),
    /// Into every item of a list, or every member of an object.
    Items,
    /// Into the item or member of this number, from 0.
    Item(usize),
}

/// What is done at a place. Where the value there cannot be altered so, it stays.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// The member or item is left out.
    Drop,
    /// The member has another name.
    Rename(String),
    /// Another value.
    Set(Value),
    /// The value as text.
    ToText,
    /// The value as a list of itself.
    ToList,
    /// The value twice, as a list.
    Twice,
    /// The first item instead of the list.
    ToFirst,
    /// The list as an object with its items under their numbers.
    ToObject,
    /// The texts of a list as one text with commas.
    Join,
    /// The value as the only member, of this name, of an object.
    Wrap(String),
    /// The value of the member of this name instead of the object.
    Unwrap(String),
    /// So much more, for whole numbers.
    Add(i64),
    /// A half more, for numbers.
    Half,
    /// The same number with a point, such as `1.0` for 1.
    Decimal,
    /// The other boolean.
    Flip,
    /// Another value of the same type: text and numbers grow, booleans flip.
    Differ,
    /// Differs in another way at every answer.
    DifferEachTime,
    /// Text in capitals.
    Capitals,
    /// UTF-8 taken for Latin-1 and encoded again, in all texts of an object whose member of this name has
    /// this value.
    Garble(String, Value),
    /// This text for every text that goes beyond ASCII.
    BeyondAscii(String),
    /// One member more, last.
    Insert(String, Value),
    /// One member more, first.
    InsertFirst(String, Value),
    /// So many items, the ones there in turn.
    Items(usize),
    /// The item of this number once more, last.
    Double(usize),
    /// The items in reverse.
    ReverseItems,
    /// The members of all objects from here on in reverse.
    ReverseMembers,
    /// The members of all objects from here on sorted by name.
    SortMembers,
    /// The member of this name changes places between the first two items.
    Swap(String),
}

impl Selector {
    /// A selector by its path, such as `Addresses/*/City` or `Addresses/1/City`.
    ///
    /// ```
    /// # use portal_conformance::portal::change::tree::{Of, Selector, Step};
    /// let selector = Selector::new(Of::Resource, "Tags/1");
    /// assert_eq!(selector.steps, [Step::Member("Tags".to_owned()), Step::Item(1)]);
    /// assert!(Selector::new(Of::Resource, "").steps.is_empty());
    /// ```
    #[must_use]
    pub fn new(of: Of, path: &str) -> Self {
        let steps = path
            .split('/')
            .filter(|step| !step.is_empty())
            .map(|step| match (step, step.parse()) {
                ("*", _) => Step::Items,
                (_, Ok(number)) => Step::Item(number),
                (name, Err(_)) => Step::Member(name.to_owned()),
            })
            .collect();
        Self { of, steps }
    }

    /// The steps from the whole answer on; `None` where there is no such place.
    pub(crate) fn steps_from_answer(
        &self,
        payload: Option<&str>,
        is_list: bool,
    ) -> Option<Vec<Step>> {
        let item = match self.of {
            Of::Answer => return Some(self.steps.clone()),
            Of::Resource if is_list => Some(Step::Items),
            Of::Second if is_list => Some(Step::Item(1)),
            Of::Payload | Of::Resource => None,
            Of::Second => return None,
        };
        let payload = payload.map(|name| Step::Member(name.to_owned()));
        let mut steps: Vec<Step> = payload.into_iter().chain(item).collect();
        steps.extend(self.steps.iter().cloned());
        Some(steps)
    }
}

/// Alters the value at the end of the steps; `turn` is the number of the answer.
pub(crate) fn apply(value: &mut Value, steps: &[Step], edit: &Edit, turn: usize) {
    let Some((step, rest)) = steps.split_first() else {
        alter(value, edit, turn);
        return;
    };
    let is_last = rest.is_empty();
    match (step, value) {
        (Step::Member(name), Value::Object(members)) if is_last && is_of_member(edit) => {
            alter_member(members, name, edit);
        }
        (Step::Member(name), Value::Object(members)) => {
            if let Some(member) = members.get_mut(name) {
                apply(member, rest, edit, turn);
            }
        }
        (Step::Items, Value::Array(items)) if is_last && *edit == Edit::Drop => items.clear(),
        (Step::Items, Value::Array(items)) => {
            for item in items {
                apply(item, rest, edit, turn);
            }
        }
        // What stands in an object of free names.
        (Step::Items, Value::Object(members)) => {
            for value in members.values_mut() {
                apply(value, rest, edit, turn);
            }
        }
        (Step::Item(at), Value::Object(members)) => {
            if let Some(value) = members.values_mut().nth(*at) {
                apply(value, rest, edit, turn);
            }
        }
        (Step::Item(at), Value::Array(items)) if is_last && *edit == Edit::Drop => {
            items.drain((*at).min(items.len())..(*at + 1).min(items.len()));
        }
        (Step::Item(at), Value::Array(items)) => {
            if let Some(item) = items.get_mut(*at) {
                apply(item, rest, edit, turn);
            }
        }
        _ => {}
    }
}

fn is_of_member(edit: &Edit) -> bool {
    matches!(edit, Edit::Drop | Edit::Rename(_))
}

fn alter_member(members: &mut Map<String, Value>, name: &str, edit: &Edit) {
    let before = std::mem::take(members);
    for (old, value) in before {
        match edit {
            _ if old != name => members.insert(old, value),
            Edit::Rename(new) => members.insert(new.clone(), value),
            _ => None,
        };
    }
}

fn alter(value: &mut Value, edit: &Edit, turn: usize) {
    match edit {
        Edit::Drop | Edit::Rename(_) => {}
        Edit::Set(other) => *value = other.clone(),
        Edit::Add(more) => {
            if let Some(number) = value.as_i64() {
                *value = number.saturating_add(*more).into();
            }
        }
        Edit::Half => {
            if let Some(number) = value.as_f64().and_then(|n| Number::from_f64(n + 0.5)) {
                *value = Value::Number(number);
            }
        }
        Edit::Decimal => {
            if let Some(number) = value.as_f64().and_then(Number::from_f64) {
                *value = Value::Number(number);
            }
        }
        Edit::Flip => {
            if let Value::Bool(flag) = value {
                *flag = !*flag;
            }
        }
        Edit::Differ => differ(value, 1),
        Edit::DifferEachTime => differ(value, turn),
        Edit::Capitals => {
            if let Value::String(text) = value {
                *text = text.to_uppercase();
            }
        }
        Edit::Garble(name, of) => {
            if value.get(name) == Some(of) {
                garble(value);
            }
        }
        Edit::BeyondAscii(text) => beyond_ascii(value, text),
        Edit::ReverseMembers => order(value, &|names| names.reverse()),
        Edit::SortMembers => order(value, &|names| names.sort_by(|a, b| a.0.cmp(&b.0))),
        Edit::Insert(name, member) | Edit::InsertFirst(name, member) => {
            if let Value::Object(members) = value {
                if matches!(edit, Edit::InsertFirst(..)) {
                    members.shift_insert(0, name.clone(), member.clone());
                } else {
                    members.insert(name.clone(), member.clone());
                }
            }
        }
        Edit::Items(_) | Edit::Double(_) | Edit::ReverseItems | Edit::Swap(_) => {
            if let Value::Array(items) = value {
                alter_items(items, edit);
            }
        }
        _ => *value = reshaped(std::mem::take(value), edit),
    }
}

fn garble(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.bytes().map(char::from).collect(),
        Value::Array(items) => items.iter_mut().for_each(garble),
        Value::Object(members) => members.values_mut().for_each(garble),
        _ => {}
    }
}

fn beyond_ascii(value: &mut Value, instead: &str) {
    match value {
        Value::String(text) if !text.is_ascii() => instead.clone_into(text),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| beyond_ascii(item, instead)),
        Value::Object(members) => {
            let members = members.values_mut();
            members.for_each(|member| beyond_ascii(member, instead));
        }
        _ => {}
    }
}

/// The value in another shape.
fn reshaped(value: Value, edit: &Edit) -> Value {
    match (edit, value) {
        (Edit::ToText, Value::String(text)) => Value::String(text),
        (Edit::ToText, Value::Object(_) | Value::Array(_)) => Value::from("text"),
        (Edit::ToText, value) => Value::String(value.to_string()),
        (Edit::ToList, value) => Value::Array(vec![value]),
        (Edit::Twice, value) => Value::Array(vec![value.clone(), value]),
        (Edit::ToFirst, Value::Array(items)) => items.into_iter().next().unwrap_or(Value::Null),
        (Edit::ToObject, Value::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(at, item)| (format!("n{at}"), item))
            .collect(),
        (Edit::Join, Value::Array(items)) => {
            let texts: Vec<String> = items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect();
            Value::from(texts.join(","))
        }
        (Edit::Wrap(name), value) => {
            let mut members = Map::new();
            members.insert(name.clone(), value);
            Value::Object(members)
        }
        (Edit::Unwrap(name), Value::Object(mut members)) => {
            members.remove(name).unwrap_or(Value::Object(members))
        }
        (_, value) => value,
    }
}

fn alter_items(items: &mut Vec<Value>, edit: &Edit) {
    match edit {
        Edit::Items(count) if !items.is_empty() => {
            *items = items.iter().cycle().take(*count).cloned().collect();
        }
        Edit::Items(_) => {}
        Edit::Double(at) => {
            if let Some(item) = items.get(*at).cloned() {
                items.push(item);
            }
        }
        Edit::Swap(name) => {
            if let [first, second, ..] = items.as_mut_slice()
                && let (Some(first), Some(second)) = (first.get_mut(name), second.get_mut(name))
            {
                std::mem::swap(first, second);
            }
        }
        _ => items.reverse(),
    }
}

/// Another value of the same type, further away the larger the step.
fn differ(value: &mut Value, step: usize) {
    match value {
        Value::String(text) => text.push_str(&"!".repeat(step)),
        Value::Number(_) => {
            if let Some(number) = value.as_i64() {
                let step = i64::try_from(step).unwrap_or(1);
                *value = number.checked_add(step).unwrap_or(0).into();
            }
        }
        Value::Bool(flag) => *flag ^= step % 2 == 1,
        _ => {}
    }
}

type Sort<'a> = &'a dyn Fn(&mut Vec<(String, Value)>);

fn order(value: &mut Value, sort: Sort<'_>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| order(item, sort)),
        Value::Object(members) => {
            let mut listed: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            for (_, value) in &mut listed {
                order(value, sort);
            }
            sort(&mut listed);
            members.extend(listed);
        }
        _ => {}
    }
}
