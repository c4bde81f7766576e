//! What the body of a write says of the resource that the write answers with.

use serde_json::{Map, Value};
use time::Duration;

use crate::check::compare::{Difference, differences};
use crate::check::meaning::unmarked;
use crate::client::Request;
use crate::contract::Operation;
use crate::names::folded;
use crate::shape::{Kind, Member, Shape, text};

/// The bytes of a text that one may be shortened to.
const SHORTENED: usize = 16;
/// The characters of a moment that say its day.
const OF_DAY: usize = 10;
/// What asks, in a query or a body, that nothing is done yet: names without signs and in small letters.
const TRIALS: [&str; 9] = [
    "checkonly",
    "draft",
    "dryrun",
    "preview",
    "simulate",
    "simulation",
    "testonly",
    "validateonly",
    "whatif",
];
/// What a portal may give a resource itself, though it is sent: names without signs and in small letters.
const IDS: [&str; 6] = ["guid", "href", "id", "key", "uid", "uuid"];
/// As far as moments of one day may be apart.
const DAY: Duration = Duration::DAY;

/// Whether a request asks that nothing is done yet, of resources of this shape: what is a member of them is kept.
#[must_use]
pub fn is_trial(request: &Request, shape: &Shape) -> bool {
    let is_asked = |name: &str, value: &str| {
        let value = value.trim_matches('"').to_ascii_lowercase();
        TRIALS.contains(&folded(name).as_str()) && !matches!(value.as_str(), "0" | "false" | "no")
    };
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let body = request.body.as_ref();
    let body = body.and_then(|body| serde_json::from_str::<Map<String, Value>>(&body.text).ok());
    let members = body.unwrap_or_default();
    let mut flags = members
        .iter()
        .filter(|(_, value)| **value == Value::Bool(true));
    let is_member = |name: &str| shape.members().iter().any(|one| is_called(one, name));
    pairs.any(|(name, value)| is_asked(name, value))
        || flags.any(|(name, _)| is_asked(name, "") && !is_member(name))
}

/// The body of a write.
#[derive(Debug, Clone)]
pub struct Sent<'a> {
    operation: &'a Operation,
    members: Map<String, Value>,
    /// Whether they stood in another member, alone.
    is_wrapped: bool,
}

impl<'a> Sent<'a> {
    /// That of a request of an operation, about a resource of this shape; `None` without an object in JSON. Where its
    /// members stand in one member of the body that is no member of the resource, these are what is sent.
    #[must_use]
    pub fn of(operation: &'a Operation, request: &Request, shape: &Shape) -> Option<Self> {
        let body = request.body.as_ref()?;
        let Ok(Value::Object(members)) = serde_json::from_str(&body.text) else {
            return None;
        };
        let names_some = |members: &Map<String, Value>| {
            let mut names = members.keys();
            names.any(|name| shape.members().iter().any(|one| is_called(one, name)))
        };
        let mut wrapped = members.values().filter_map(Value::as_object);
        let (members, is_wrapped) = match (wrapped.next(), wrapped.next()) {
            (Some(inner), None) if !names_some(&members) && names_some(inner) => {
                (inner.clone(), true)
            }
            _ => (members, false),
        };
        Some(Self {
            operation,
            members,
            is_wrapped,
        })
    }

    /// The member of a resource that holds all that is sent of it, where none of that stands in the resource itself.
    fn inner<'s>(&self, shape: &'s Shape) -> Option<&'s Member> {
        let holds_some = |shape: &Shape| {
            let mut members = shape.members().iter();
            members.any(|member| self.value_of(member).is_some())
        };
        let members = shape.members().iter();
        let mut inner = members.filter(|member| {
            matches!(member.shape.kind, Kind::Object(_)) && holds_some(&member.shape)
        });
        let only = inner.next().filter(|_| inner.next().is_none());
        only.filter(|_| !holds_some(shape))
    }

    /// Whether what is sent of a member says what it is to be: a portal need not take what is empty.
    fn is_taken(value: &Value, member: &Member, shape: &Shape) -> bool {
        !is_shown_alone(member, shape) && !is_empty(value) && !member.shape.varies
    }

    /// Whether the write may set what a JSON pointer into its resource leads to: its body names the member there,
    /// or it replaces all that its body documents, and leaves this out (RFC 9110, 9.3.4).
    #[must_use]
    pub fn sets(&self, pointer: &str, shape: &Shape) -> bool {
        let first = pointer.split('/').nth(1).unwrap_or_default();
        let Some(member) = shape.member(first) else {
            return false;
        };
        let mut documented = self.operation.body_parameters();
        let replaces = self.operation.method == "PUT";
        self.value_of(member).is_some()
            || (replaces && (self.is_wrapped || documented.any(|one| is_called(member, &one.name))))
    }

    /// Where a resource tells otherwise than it was sent, as JSON pointers into it: the members of the same name
    /// and type.
    #[must_use]
    pub fn contradicted(&self, resource: &Value, shape: &Shape) -> Vec<Difference> {
        let members = shape.members().iter();
        let both = members.filter_map(|member| {
            let sent = self.value_of(member)?;
            let told = resource.get(&member.name)?;
            let is_taken = is_of(sent, &member.shape) && !is_shown_alone(member, shape);
            is_taken.then_some((member, sent, told))
        });
        let found = both.flat_map(|(member, sent, told)| {
            let found = differences(sent, told, &member.shape).into_iter();
            // What an object was sent without, it may have all the same.
            let found = found.filter(|one| one.left.is_some());
            let place = crate::pointer::below("", &member.name);
            found.map(move |one| Difference {
                pointer: format!("{place}{}", one.pointer),
                ..one
            })
        });
        found.collect()
    }

    /// The same of the members that the body must have, but ids, where the value is no form of what was sent: what may
    /// be left out a portal may set itself.
    #[must_use]
    pub fn refashioned(&self, resource: &Value, shape: &Shape) -> Vec<Difference> {
        let is_owed = |member: &Member| {
            let mut parameters = self.operation.body_parameters();
            parameters.any(|one| !one.optional && is_called(member, &one.name))
        };
        let is_other = |member: &Member| {
            let both = self.value_of(member).zip(resource.get(&member.name));
            both.is_some_and(|(sent, told)| {
                Self::is_taken(sent, member, shape) && !is_alike(sent, told, &member.shape)
            })
        };
        let mut found = self.contradicted(resource, shape);
        found.retain(|one| {
            let first =
                crate::pointer::unescaped(one.pointer.split('/').nth(1).unwrap_or_default());
            let member = shape.member(&first);
            member.is_some_and(|member| {
                !IDS.contains(&folded(&member.name).as_str()) && is_owed(member) && is_other(member)
            })
        });
        found
    }

    /// The members that a read before the write shows otherwise than it was sent, and each read after it shows as they
    /// were; none where one of them has changed, or more of them were as they were sent. What may be one value in
    /// another form is no change to look for, nor is what is empty: a portal may take that for nothing.
    #[must_use]
    pub fn unwritten<'s>(
        &self,
        (before, after): (&Value, &[&Value]),
        shape: &'s Shape,
        is_left: impl Fn(&Member, &Value) -> bool,
    ) -> Vec<&'s Member> {
        if let Some(inner) = self.inner(shape) {
            let before = before.get(&inner.name);
            let later: Option<Vec<&Value>> = after.iter().map(|one| one.get(&inner.name)).collect();
            let both = before.zip(later);
            return both.map_or_else(Vec::new, |(before, after)| {
                self.unwritten_in((before, &after), &inner.shape, is_left)
            });
        }
        self.unwritten_in((before, after), shape, is_left)
    }

    fn unwritten_in<'s>(
        &self,
        (before, after): (&Value, &[&Value]),
        shape: &'s Shape,
        is_left: impl Fn(&Member, &Value) -> bool,
    ) -> Vec<&'s Member> {
        let members = shape.members().iter();
        let both = members.filter_map(|member| {
            let sent = self.value_of(member)?;
            let shown = before.get(&member.name)?;
            let is_whole = Self::is_taken(sent, member, shape);
            let is_read = [sent, shown]
                .iter()
                .all(|one| is_of(one, &member.shape) && is_admitted(one, &member.shape));
            (is_whole && is_read && is_left(member, shown)).then_some((member, sent, shown))
        });
        let (same, other): (Vec<_>, Vec<_>) =
            both.partition(|(member, sent, shown)| is_alike(sent, shown, &member.shape));
        let stays = |member: &Member, shown: &Value| {
            let mut later = after.iter().map(|read| read.get(&member.name));
            later.all(|read| {
                read.is_some_and(|read| differences(shown, read, &member.shape).is_empty())
            })
        };
        let is_undone = other.len() >= same.len()
            && !after.is_empty()
            && other.iter().all(|(member, _, shown)| stays(member, shown));
        let members = other.into_iter().filter(|_| is_undone);
        members.map(|(member, ..)| member).collect()
    }

    /// The members that a resource shows otherwise than they are sent, of those whose values a portal can only take as
    /// they are.
    #[must_use]
    pub fn changes<'s>(&self, resource: &Value, shape: &'s Shape) -> Vec<&'s Member> {
        let members = shape.members().iter();
        let changed = members.filter(|member| {
            let both = self.value_of(member).zip(resource.get(&member.name));
            both.is_some_and(|(sent, shown)| {
                let is_whole = Self::is_taken(sent, member, shape);
                is_whole && is_of(sent, &member.shape) && !is_alike(sent, shown, &member.shape)
            })
        });
        changed.collect()
    }

    /// Whether a resource shows a member as it is sent.
    #[must_use]
    pub fn stands_in(&self, resource: &Value, member: &Member) -> bool {
        let both = self.value_of(member).zip(resource.get(&member.name));
        both.is_some_and(|(sent, shown)| differences(sent, shown, &member.shape).is_empty())
    }

    /// Whether this write may set a member to a value: it sends one like it, or replaces all and leaves it out
    /// (RFC 9110, 9.3.4).
    #[must_use]
    pub fn may_set_to(&self, member: &Member, value: &Value) -> bool {
        match self.value_of(member) {
            Some(sent) => is_alike(sent, value, &member.shape),
            None => self.operation.method == "PUT",
        }
    }

    fn value_of(&self, member: &Member) -> Option<&Value> {
        let mut sent = self.members.iter();
        let (_, value) = sent.find(|(name, _)| is_called(member, name))?;
        Some(value)
    }
}

/// Whether a member has this name, in its answer or on its page, in whatever letter case.
fn is_called(member: &Member, name: &str) -> bool {
    let mut names = [&member.name, &member.documented].into_iter();
    names.any(|one| one.eq_ignore_ascii_case(name))
}

/// Whether a portal shows a member and takes nothing that is sent for it.
fn is_shown_alone(member: &Member, shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Object(object) => object.read_only.contains(&member.name),
        _ => false,
    }
}

/// Whether a value that was sent has the type of a member: what has another, such as an id for an object, is told in
/// other words.
fn is_of(value: &Value, shape: &Shape) -> bool {
    match (&shape.kind, value) {
        (Kind::List(item), Value::Array(items)) => {
            let is_plain = !matches!(item.kind, Kind::List(_) | Kind::Object(_));
            is_plain && items.iter().all(|one| is_of(one, item))
        }
        (Kind::DateTime(_), Value::String(token)) => text::date_time(token).is_some(),
        (Kind::Object(_), Value::Object(_))
        | (Kind::Text | Kind::Guid, Value::String(_))
        | (Kind::Integer | Kind::Number, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_)) => true,
        _ => false,
    }
}

/// Whether a portal may take a value for one that was not sent.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether a value is one of those that a place admits.
fn is_admitted(value: &Value, shape: &Shape) -> bool {
    let domain = shape.domain.as_deref();
    domain.is_none_or(|domain| domain.outside(value).is_none())
}

/// Whether a value that was sent may be the one that is shown, in another form: trimmed, in other letter case or
/// punctuation, without markup, shortened, rounded, or a moment told by its day or in another zone.
fn is_alike(sent: &Value, shown: &Value, shape: &Shape) -> bool {
    let otherwise = differences(sent, shown, shape);
    // What an object was sent without, it may have all the same.
    let mut otherwise = otherwise.iter().filter(|one| one.left.is_some());
    otherwise.all(
        |one| match (sent.pointer(&one.pointer), shown.pointer(&one.pointer)) {
            (Some(Value::String(sent)), Some(Value::String(shown))) => is_like_text(sent, shown),
            (Some(Value::Number(sent)), Some(Value::Number(shown))) => {
                let numbers = sent.as_f64().zip(shown.as_f64());
                numbers.is_some_and(|(sent, shown)| {
                    let is_whole = sent.fract() == 0.0 && shown.fract() == 0.0;
                    !is_whole && (sent - shown).abs() < 1.0
                })
            }
            _ => false,
        },
    )
}

fn is_like_text(one: &str, other: &str) -> bool {
    if let (Some(one), Some(other)) = (text::date_time(one), text::date_time(other)) {
        return (one - other).abs() < DAY;
    }
    let is_day = [one, other]
        .iter()
        .any(|text| text::date_time(text).is_some());
    if is_day
        && one
            .get(..OF_DAY)
            .is_some_and(|day| other.get(..OF_DAY) == Some(day))
    {
        return true;
    }
    let (one, other) = (folded(&unmarked(one)), folded(&unmarked(other)));
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short == long || (short.len() >= SHORTENED && long.starts_with(&short))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::{Body, tests_support};
    use crate::contract;
    use crate::source::{Source, Span};

    const PUT: &str = "openapi: 3.0.3
paths:
  /berths/{id}:
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}}
";

    fn operation() -> Operation {
        let contract = contract::of_sources(vec![Source::new("put.yaml", PUT)]).unwrap();
        contract.operations[0].clone()
    }

    fn shape(example: &Value) -> Shape {
        let text = example.to_string();
        let source = Source::new("page", &text);
        let end = text.len();
        crate::shape::json::shape(&source, Span { start: 0, end })
    }

    fn request(path: &str, body: &Value) -> Request {
        Request {
            path: path.to_owned(),
            body: Some(Body {
                content_type: "application/json".to_owned(),
                text: body.to_string(),
            }),
            ..tests_support::request()
        }
    }

    /// The names of what is sent and not done, where a resource stays as it was.
    fn unwritten(sent: &Value, before: &Value, shape: &Shape) -> Vec<String> {
        let operation = operation();
        let sent = Sent::of(&operation, &request("", sent), shape).unwrap();
        let found = sent.unwritten((before, &[before]), shape, |_, _| true);
        found.iter().map(|member| member.name.clone()).collect()
    }

    #[test]
    fn what_is_sent_or_shown_in_an_envelope_is_that_of_the_resource() {
        let berth = json!({ "name": "T", "owner": { "name": "O" } });
        let told = |sent: &Value, before: &Value| unwritten(sent, before, &shape(before));
        for (sent, before, expected) in [
            (json!({ "name": "A" }), berth.clone(), &["name"][..]),
            (
                json!({ "berth": { "name": "A" } }),
                berth.clone(),
                &["name"],
            ),
            (
                json!({ "berth": { "name": "A" }, "reason": "x" }),
                berth.clone(),
                &["name"],
            ),
            (
                json!({ "name": "A" }),
                json!({ "berth": { "name": "T" }, "links": {} }),
                &["name"],
            ),
            (
                json!({ "berth": { "name": "A" } }),
                json!({ "berth": { "name": "T" } }),
                &["berth"],
            ),
            // It is the owner's name that is sent, and there is no telling which of two is meant.
            (
                json!({ "owner": { "name": "A" } }),
                berth.clone(),
                &["owner"],
            ),
            (
                json!({ "a": { "name": "A" }, "b": { "name": "B" } }),
                berth.clone(),
                &[],
            ),
            (
                json!({ "name": "A" }),
                json!({ "a": { "name": "T" }, "b": { "name": "T" } }),
                &[],
            ),
        ] {
            assert_eq!(told(&sent, &before), expected, "{sent} {before}");
        }
    }

    #[test]
    fn what_a_portal_may_make_of_what_is_sent_is_what_was_sent() {
        for (sent, shown, is_told) in [
            ("dry", "wet", true),
            (" Dry. ", "dry", false),
            ("<b>dry</b> &amp; <script>x</script>", "dry & x", false),
            ("<b>dry</b>", "wet", true),
            ("a < b", "a < c", true),
            ("2026-05-01T10:00:00+02:00", "2026-05-01T08:00:00Z", false),
            ("2026-05-01", "2026-05-01T00:00:00Z", false),
            ("2026-05-01", "2026-05-02T00:00:00Z", true),
            (
                "A text that is too long for it",
                "A text that is too long",
                false,
            ),
        ] {
            let (sent, shown) = (json!({ "note": sent }), json!({ "note": shown }));
            let found = unwritten(&sent, &shown, &shape(&json!({ "note": "a text" })));
            assert_eq!(!found.is_empty(), is_told, "{sent} {shown}");
        }
    }

    #[test]
    fn what_a_schema_has_for_answers_alone_is_taken_from_nobody() {
        let before = json!({ "state": "free" });
        let mut shape = shape(&before);
        let sent = json!({ "state": "taken" });
        assert_eq!(unwritten(&sent, &before, &shape), ["state"]);
        if let Kind::Object(object) = &mut shape.kind {
            object.read_only.push("state".to_owned());
        }
        assert!(unwritten(&sent, &before, &shape).is_empty());
        let operation = operation();
        let sent = Sent::of(&operation, &request("", &sent), &shape).unwrap();
        assert!(sent.contradicted(&before, &shape).is_empty());
        assert!(sent.changes(&before, &shape).is_empty());
    }

    #[test]
    fn a_request_may_ask_that_nothing_is_done() {
        let nothing = json!({});
        let shape = shape(&json!({ "simulate": true }));
        for (path, body, expected) in [
            ("berths/1?dryRun=true", &nothing, true),
            ("berths/1?a=b&validate_only=1", &nothing, true),
            ("berths/1?dry-run", &nothing, true),
            ("berths/1?dryRun=All", &nothing, true),
            ("berths/1?dryRun=false", &nothing, false),
            ("berths/1?a=dryRun", &nothing, false),
            ("berths/draft", &nothing, false),
            ("berths/1", &json!({ "dryRun": true }), true),
            ("berths/1", &json!({ "dryRun": false }), false),
            ("berths/1", &json!({ "draft": "a text" }), false),
            ("berths/1", &json!({ "simulate": true }), false),
        ] {
            assert_eq!(
                is_trial(&request(path, body), &shape),
                expected,
                "{path} {body}"
            );
        }
    }
}
