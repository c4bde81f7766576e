//! Where two bodies say something else about the documented members.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use crate::check::bound::{self, MAX_VIOLATIONS};
use crate::check::meaning::{canonical_of, shows_nothing, text_form};
use crate::check::{Likeness, Observed, Rule, Sketch};
use crate::pointer::below;
use crate::shape::{Kind, Object, Shape};

/// One difference between two bodies of the same shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// [`Rule::Differs`] or [`Rule::Count`].
    pub rule: Rule,
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What the left body has there; none for nothing.
    pub left: Option<Sketch>,
    /// What the right body has there; none for nothing.
    pub right: Option<Sketch>,
    /// What alone makes two texts differ that say the same.
    pub likeness: Option<Likeness>,
    /// Both values, for those who ask to see data.
    pub values: Option<(String, String)>,
}

impl Difference {
    /// Both values, each with what is said of its side.
    #[must_use]
    pub fn told(&self, left: &str, right: &str) -> Option<String> {
        let (one, other) = self.values.as_ref()?;
        Some(format!("{one} {left}, {other} {right}"))
    }

    /// What the right body shows. Two texts of one length look alike, and differ in their content.
    #[must_use]
    pub fn observed(&self) -> Observed {
        if let Some(likeness) = self.likeness {
            Observed::Alike(likeness)
        } else if self.left == self.right {
            Observed::OtherValue
        } else {
            Observed::value(self.right)
        }
    }
}

/// The places in which two bodies of a shape differ, as many as are told.
#[must_use]
pub fn differences(left: &Value, right: &Value, shape: &Shape) -> Vec<Difference> {
    let mut found = Vec::new();
    compare((left, right), shape, ("", ""), &mut found);
    found.truncate(MAX_VIOLATIONS);
    found
}

/// The differences between two values at a place: in a member of this name, or at this pointer in it.
fn compare(
    (left, right): (&Value, &Value),
    shape: &Shape,
    (name, pointer): (&str, &str),
    found: &mut Vec<Difference>,
) {
    if left == right || shape.varies || found.len() >= MAX_VIOLATIONS {
        return;
    }
    match (&shape.kind, left, right) {
        (Kind::Object(object), Value::Object(a), Value::Object(b)) => {
            let listed = object.members.iter();
            let listed = listed.map(|member| (member.name.as_str(), &member.shape));
            for (name, shape) in listed.chain(free(object, a, b)) {
                let pointer = below(pointer, name);
                match (a.get(name), b.get(name)) {
                    (Some(a), Some(b)) => compare((a, b), shape, (name, &pointer), found),
                    (None, None) => {}
                    (a, b) if is_nothing(a, shape) && is_nothing(b, shape) => {}
                    (a, b) => found.push(difference(Rule::Differs, &pointer, a, b)),
                }
            }
        }
        (Kind::List(item), Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            if canonical_of(name, left, shape) == canonical_of(name, right, shape) {
                return;
            }
            for (at, (a, b)) in paired(name, a, b, item) {
                let pointer = below(pointer, &at.to_string());
                compare((a, b), item, (name, &pointer), found);
            }
        }
        // What is an object and what is none is told without a look at all that is in it.
        (Kind::Object(_), Value::Object(_), Value::Array(_))
        | (Kind::Object(_), Value::Array(_), Value::Object(_))
            if !(is_nothing(Some(left), shape) && is_nothing(Some(right), shape)) =>
        {
            found.push(difference(Rule::Differs, pointer, Some(left), Some(right)));
        }
        (Kind::List(_), Value::Array(_), Value::Array(_)) => {
            found.push(difference(Rule::Count, pointer, Some(left), Some(right)));
        }
        _ if canonical_of(name, left, shape) == canonical_of(name, right, shape) => {}
        // A value of another type is the schema's finding; here only its text counts.
        _ if is_same_text(left, right) => {}
        _ if is_nothing(Some(left), shape) && is_nothing(Some(right), shape) => {}
        _ => found.push(difference(Rule::Differs, pointer, Some(left), Some(right))),
    }
}

/// The members of two objects whose names are free, each once, with what they hold.
pub(super) fn free<'a>(
    object: &'a Object,
    left: &'a Map<String, Value>,
    right: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a str, &'a Shape)> {
    let names = object.others.as_deref().map(|other| {
        let names: BTreeSet<&str> = left
            .keys()
            .chain(right.keys())
            .map(String::as_str)
            .collect();
        let listed: HashSet<&str> = object.members.iter().map(|one| one.name.as_str()).collect();
        let names = names.into_iter().filter(move |name| !listed.contains(name));
        names.map(move |name| (name, other))
    });
    names.into_iter().flatten()
}

/// Pairs the items of two lists of the same length: by `id` where every item has one, else by place.
fn paired<'a>(
    name: &str,
    left: &'a [Value],
    right: &'a [Value],
    item: &Shape,
) -> Vec<(usize, (&'a Value, &'a Value))> {
    let by_place = || left.iter().zip(right).enumerate().collect();
    if item.member("id").is_none() {
        return by_place();
    }
    let id = |value: &Value| value.get("id").and_then(text_form);
    // Where several have one id, an equal one is the twin, else the first of them.
    let text = |value: &Value| canonical_of(name, value, item).to_string();
    let mut equal: HashMap<(Option<String>, String), VecDeque<usize>> = HashMap::new();
    for (at, other) in right.iter().enumerate() {
        equal
            .entry((id(other), text(other)))
            .or_default()
            .push_back(at);
    }
    let mut twins: Vec<Option<usize>> = left
        .iter()
        .map(|value| equal.get_mut(&(id(value), text(value)))?.pop_front())
        .collect();
    let mut rest: HashMap<Option<String>, VecDeque<usize>> = HashMap::new();
    let mut unpaired: Vec<(usize, Option<String>)> = equal
        .into_iter()
        .flat_map(|((id, _), places)| places.into_iter().map(move |at| (at, id.clone())))
        .collect();
    unpaired.sort_unstable_by_key(|(at, _)| *at);
    for (at, id) in unpaired {
        rest.entry(id).or_default().push_back(at);
    }
    for (twin, value) in twins
        .iter_mut()
        .zip(left)
        .filter(|(twin, _)| twin.is_none())
    {
        *twin = rest.get_mut(&id(value)).and_then(VecDeque::pop_front);
    }
    let pairs: Option<Vec<_>> = twins
        .into_iter()
        .zip(left)
        .enumerate()
        .map(|(at, (twin, value))| Some((at, (value, right.get(twin?)?))))
        .collect();
    pairs.unwrap_or_else(by_place)
}

/// Whether a member is absent, or holds what XML cannot tell from absent.
fn is_nothing(value: Option<&Value>, shape: &Shape) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(value) if shape.kind.is_open() => shows_nothing(value),
        // One empty element is null as well as a list of one item that says nothing.
        Some(Value::Array(items)) => match &items[..] {
            [] => true,
            [Value::Null] => shape.nullable,
            [Value::String(text)] => text.is_empty() && shape.nullable,
            [Value::Object(members)] => members.is_empty() && shape.nullable,
            _ => false,
        },
        Some(Value::String(text)) => text.is_empty() && shape.nullable,
        Some(Value::Object(members)) => members.is_empty() && shape.nullable,
        Some(_) => false,
    }
}

/// Whether two scalars of different types show the same text; a boolean in any letter case.
fn is_same_text(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(flag), Value::String(text)) | (Value::String(text), Value::Bool(flag)) => {
            text.eq_ignore_ascii_case(&flag.to_string())
        }
        (Value::String(_), Value::String(_)) => false,
        _ => text_form(left).is_some() && text_form(left) == text_form(right),
    }
}

fn difference(
    rule: Rule,
    pointer: &str,
    left: Option<&Value>,
    right: Option<&Value>,
) -> Difference {
    let text = |value: Option<&Value>| value.map_or_else(String::new, bound::shown);
    Difference {
        rule,
        pointer: pointer.to_owned(),
        left: left.map(Sketch::of),
        right: right.map(Sketch::of),
        likeness: left
            .and_then(Value::as_str)
            .zip(right.and_then(Value::as_str))
            .and_then(|(left, right)| Likeness::of(left, right)),
        values: Some((text(left), text(right))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::meaning::canonical;
    use crate::shape::{Member, Object};
    use serde_json::json;

    fn object(members: Vec<(&str, Kind)>) -> Shape {
        let members = members
            .into_iter()
            .map(|(name, kind)| Member {
                name: name.to_owned(),
                documented: name.to_owned(),
                shape: Shape::of(kind),
                optional: false,
                seen: crate::shape::Seen::default(),
                when: None,
                constant: None,
                span: crate::source::Span::default(),
            })
            .collect();
        Shape::of(Kind::Object(Object {
            members,
            ..Object::default()
        }))
    }

    #[test]
    fn equal_meanings_are_no_difference() {
        let shape = object(vec![
            ("when", Kind::DateTime(crate::shape::Fraction::Any)),
            ("guid", Kind::Guid),
            ("text", Kind::Text),
            ("tags", Kind::List(Box::new(Shape::of(Kind::Text)))),
        ]);
        let left = json!({"when": "2020-01-01T00:00:00.50Z", "guid": "AB", "text": "a\r\nb", "tags": ["x", "y"]});
        let right = json!({"when": "2020-01-01T01:00:00.5+01:00", "guid": "ab", "text": "a\nb", "tags": ["y", "x"]});
        assert_eq!(differences(&left, &right, &shape), []);
    }

    #[test]
    fn value_presence_and_count_are_told_apart() {
        let list = Kind::List(Box::new(Shape::of(Kind::Text)));
        let shape = object(vec![("a", Kind::Text), ("b", Kind::Integer), ("c", list)]);
        let left = json!({"a": "x", "b": 1, "c": ["p", "q"]});
        let right = json!({"a": "y", "c": ["p"]});
        let rules: Vec<Rule> = differences(&left, &right, &shape)
            .iter()
            .map(|d| d.rule)
            .collect();
        assert_eq!(rules, [Rule::Differs, Rule::Differs, Rule::Count]);
    }

    #[test]
    fn a_difference_shows_what_came_or_that_it_looks_alike() {
        let shape = object(vec![("a", Kind::Text)]);
        for (left, right, expected) in [
            (json!("one"), json!("two"), Observed::OtherValue),
            (
                json!("one"),
                json!("four"),
                Observed::Value(Sketch::Text(4)),
            ),
            (
                json!("a&amp;b"),
                json!("a&b"),
                Observed::Alike(Likeness::Escaped),
            ),
            (json!("one"), json!(null), Observed::Value(Sketch::Null)),
            (json!("1"), json!([1]), Observed::Value(Sketch::List(1))),
            (
                json!({"b": 1}),
                json!([1]),
                Observed::Value(Sketch::List(1)),
            ),
            (json!([1]), json!(""), Observed::Value(Sketch::Text(0))),
        ] {
            let [left, right] = [left, right].map(|value| json!({ "a": value }));
            let found = differences(&left, &right, &shape);
            assert_eq!(found.len(), 1, "{left} {right}");
            assert_eq!(found[0].observed(), expected, "{left} {right}");
        }
        let found = differences(&json!({"a": "x"}), &json!({}), &shape);
        assert_eq!(found[0].observed(), Observed::Nothing);
        assert_eq!(found[0].values, Some(("\"x\"".to_owned(), String::new())));
    }

    #[test]
    fn an_empty_object_is_nothing_only_where_null_may_stand() {
        let mut shape = Shape::of(object(vec![("a", Kind::Text)]).kind);
        for is_nullable in [false, true] {
            shape.nullable = is_nullable;
            for (left, right, is_same) in [
                (json!({}), json!(null), is_nullable),
                (json!({"a": "x"}), json!(null), false),
                (json!("x"), json!(null), false),
            ] {
                let found = differences(&left, &right, &shape);
                assert_eq!(found.is_empty(), is_same, "{left} {is_nullable}");
            }
        }
    }

    #[test]
    fn one_joined_text_is_not_two() {
        let shape = Shape::of(Kind::List(Box::new(Shape::of(Kind::Text))));
        let found = differences(&json!(["a", "b"]), &json!(["a,b"]), &shape);
        assert_eq!(found[0].rule, Rule::Count);
    }

    #[test]
    fn items_of_one_id_are_paired_in_order() {
        let item = Shape {
            nullable: true,
            ..Shape::of(Kind::Text)
        };
        let mut items = object(vec![("id", Kind::Integer), ("label", Kind::Text)]);
        if let Kind::Object(object) = &mut items.kind {
            object.members[1].shape = item;
        }
        let shape = Shape::of(Kind::List(Box::new(items)));
        let left =
            json!([{"id": 0, "label": null}, {"id": 0, "label": "b"}, {"id": 0, "label": "c"}]);
        let right =
            json!([{"id": 0, "label": ""}, {"id": 0, "label": "b"}, {"id": 0, "label": "c"}]);
        assert_eq!(differences(&left, &right, &shape), []);
    }

    #[test]
    fn a_member_of_no_known_type_may_hold_anything() {
        let mut shape = object(vec![("owner", Kind::Unknown), ("any", Kind::Mixed)]);
        shape.nullable = true;
        for (json, xml) in [
            (json!({"owner": {"id": 1}}), json!({"owner": {"id": "1"}})),
            (json!({"owner": true}), json!({"owner": "True"})),
            (json!({"owner": {"id": null}}), json!({"owner": ""})),
            (json!({"owner": []}), json!({})),
            (json!({"any": [{"a": 1}]}), json!({"any": {"a": "1"}})),
        ] {
            assert_eq!(differences(&json, &xml, &shape), [], "{json} {xml}");
        }
        let found = differences(
            &json!({"owner": {"id": 1}}),
            &json!({"owner": {"id": "2"}}),
            &shape,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pointer, "/owner");
        let lists = Shape::of(Kind::List(Box::new(Shape::of(Kind::Unknown))));
        assert_eq!(
            differences(&json!([{"a": 1}, 2]), &json!(["2", {"a": "1"}]), &lists),
            []
        );
    }

    #[test]
    fn an_equal_item_is_the_twin_wherever_it_stands() {
        let items = object(vec![("id", Kind::Integer), ("label", Kind::Text)]);
        let shape = Shape::of(Kind::List(Box::new(items)));
        let left = json!([{"id": 1, "label": "x"}, {"id": 1, "label": "b"}]);
        let right = json!([{"id": 1, "label": "b"}, {"id": 1, "label": "a"}]);
        let found = differences(&left, &right, &shape);
        let pointers: Vec<&str> = found.iter().map(|one| one.pointer.as_str()).collect();
        assert_eq!(pointers, ["/0/label"]);
    }

    #[test]
    fn long_lists_are_paired_in_time_and_told_within_bounds() {
        let items = object(vec![("id", Kind::Integer), ("label", Kind::Text)]);
        let shape = Shape::of(Kind::List(Box::new(items)));
        let list = |label: &str, id: fn(usize) -> usize| -> Value {
            (0..5_000)
                .map(|at| json!({"id": id(at), "label": label}))
                .collect()
        };
        for id in [|at| at, |_| 0] {
            let found = differences(&list("a", id), &list("b", id), &shape);
            assert_eq!(found.len(), MAX_VIOLATIONS);
        }
    }

    #[test]
    fn undocumented_members_are_not_compared() {
        let shape = object(vec![("a", Kind::Integer)]);
        let found = differences(
            &json!({"a": 1, "x": 1}),
            &json!({"a": 1, "x": "2", "y": 3}),
            &shape,
        );
        assert_eq!(found, []);
    }

    #[test]
    fn a_value_that_varies_is_passed_over_and_all_else_is_compared() {
        let mut shape = object(vec![("a", Kind::Integer), ("b", Kind::Text)]);
        let both = [json!({"a": 1, "b": "x"}), json!({"a": 2, "b": "x"})];
        assert_eq!(differences(&both[0], &both[1], &shape).len(), 1);
        if let Kind::Object(object) = &mut shape.kind {
            object.members[0].shape.varies = true;
        }
        assert_eq!(differences(&both[0], &both[1], &shape), []);
        assert_eq!(canonical(&both[0], &shape), canonical(&both[1], &shape));
        for other in [json!({"a": 2, "b": "y"}), json!({"b": "x"})] {
            assert_eq!(differences(&both[0], &other, &shape).len(), 1, "{other}");
            assert_ne!(canonical(&both[0], &shape), canonical(&other, &shape));
        }
    }

    #[test]
    fn an_empty_text_is_nothing_only_where_null_may_stand() {
        let mut shape = object(vec![("a", Kind::Text)]);
        let (empty, absent) = (json!({"a": ""}), json!({}));
        assert_eq!(differences(&empty, &absent, &shape).len(), 1);
        assert_eq!(differences(&absent, &empty, &shape).len(), 1);
        if let Kind::Object(object) = &mut shape.kind {
            object.members[0].shape.nullable = true;
        }
        assert_eq!(differences(&empty, &absent, &shape), []);
        assert_eq!(differences(&absent, &empty, &shape), []);
    }
}
