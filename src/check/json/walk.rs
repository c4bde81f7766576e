//! Where a body breaks its shape, and how: body and shape are walked side by side, once.

use serde_json::{Map, Value};

use crate::check::bound::{self, MAX_VIOLATIONS};
use crate::check::domain;
use crate::check::meaning::is_whole;
use crate::check::way::Way;
use crate::check::{Expectation, Name, Observed, Promise, Rule, Sketch, Violation, lookalike};
use crate::contract::Format;
use crate::shape::{Condition, Kind, Member, Object, Shape, text};

/// What a walk looks for.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is sought or not, whatever the others are"
)]
pub(super) struct Sought {
    /// What the schema refuses.
    pub(super) breaches: bool,
    /// Members that no page documents, where objects may have others.
    pub(super) undocumented: bool,
    /// Members that may be missing and stand there under another name.
    pub(super) lookalikes: bool,
    /// Members of objects whose schemas admit no others.
    pub(super) sealed: bool,
}

/// One walk.
pub(super) struct Walk<'a, 'v> {
    expectation: &'a Expectation,
    sought: Sought,
    violations: &'v mut Vec<Violation>,
    breaches: usize,
}

impl<'a, 'v> Walk<'a, 'v> {
    pub(super) fn new(
        expectation: &'a Expectation,
        sought: Sought,
        violations: &'v mut Vec<Violation>,
    ) -> Self {
        Self {
            expectation,
            sought,
            violations,
            breaches: 0,
        }
    }

    /// Walks a whole body; how many breaches of the schema there are, those that are told at least.
    pub(super) fn whole(mut self, body: &'a Value) -> usize {
        let expectation = self.expectation;
        self.value(body, &expectation.answer.envelope, &Way::Root);
        self.breaches
    }

    fn value(&mut self, value: &'a Value, shape: &'a Shape, way: &Way<'_>) {
        if self.violations.len() >= MAX_VIOLATIONS {
            return;
        }
        if let (Some(name), Value::Object(members)) = (shape.is_again(), value)
            && let Some(named) = self.expectation.answer.envelope.named(name)
            && let Kind::Object(object) = &named.kind
        {
            return self.object(members, object, way);
        }
        let rule = match (&shape.kind, value) {
            (_, Value::Null) if shape.nullable => return,
            (Kind::Unknown, _) => return,
            (Kind::Mixed, Value::Null) if shape.domain.is_some() => Rule::Null,
            (Kind::Mixed, _)
            | (Kind::Text, Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number, Value::Number(_)) => return self.domain(value, shape, way),
            (Kind::Object(object), Value::Object(members)) => {
                return self.object(members, object, way);
            }
            (Kind::List(item), Value::Array(items)) => return self.items(items, item, way),
            (Kind::Integer, Value::Number(_)) if is_whole(value) => {
                return self.domain(value, shape, way);
            }
            (Kind::Integer, Value::Number(_)) => Rule::Fraction,
            (Kind::DateTime(fraction), Value::String(text)) => {
                if text::is_date_time(text, *fraction) {
                    return self.domain(value, shape, way);
                }
                Rule::DateTime
            }
            (Kind::Guid, Value::String(text)) if text::is_guid(text) => {
                return self.domain(value, shape, way);
            }
            (Kind::Guid, Value::String(_)) => Rule::Guid,
            (_, Value::Null) => Rule::Null,
            _ => Rule::Type,
        };
        let actual = match (&shape.kind, value) {
            (Kind::DateTime(_), Value::String(text)) => Observed::no_date_time(text),
            (Kind::Object(_) | Kind::List(_), Value::String(text)) => Observed::no_tree(text),
            _ => Observed::Value(Sketch::of(value)),
        };
        self.breach(rule, way, Promise::of(shape), actual, Some(value));
    }

    /// A value of its type, held against those that the place admits.
    fn domain(&mut self, value: &Value, shape: &Shape, way: &Way<'_>) {
        if let Some(found) = domain::breach(shape, value) {
            self.breach(found.rule, way, found.expected, found.actual, Some(value));
            if let (Some(said), true, Some(told)) =
                (found.said, self.sought.breaches, self.violations.last_mut())
            {
                told.promised = Some(said);
            }
        }
    }

    fn items(&mut self, items: &'a [Value], item: &'a Shape, way: &Way<'_>) {
        for (at, value) in items.iter().enumerate() {
            if self.violations.len() >= MAX_VIOLATIONS {
                return;
            }
            self.value(value, item, &Way::Item(way, at));
        }
    }

    fn object(&mut self, members: &'a Map<String, Value>, object: &'a Object, way: &Way<'_>) {
        let mut known = 0;
        let mut told = Vec::new();
        let deeper = self
            .sought
            .breaches
            .then(|| lookalike::deeper(members, object, Format::Json));
        let deeper = deeper.flatten();
        let is_foreign = is_foreign(members, object);
        for member in &object.members {
            match members.get(&member.name) {
                Some(value) => {
                    known += 1;
                    let way = &Way::Member(way, &member.name);
                    if let Some(when) = barred(member, members) {
                        let expected = Promise::only_where(when);
                        let actual = Observed::Value(Sketch::of(value));
                        self.breach(Rule::Misplaced, way, expected, actual, Some(value));
                    }
                    if !value.is_null() || barred(member, members).is_none() {
                        self.value(value, &member.shape, way);
                        self.constant(value, member, way);
                    }
                }
                None if is_due(member, members) => match deeper {
                    Some(name) => {
                        let way = &Way::Member(way, &member.name);
                        let expected = self.expectation.presence(&way.pointer());
                        let actual = Observed::Deeper(Name::of(name));
                        told.push(actual.clone());
                        self.breach(Rule::Missing, way, expected, actual, None);
                    }
                    None => told.extend(self.missing(member, members, (object, is_foreign), way)),
                },
                None => {}
            }
        }
        let is_there = |name: &str| members.contains_key(name);
        if told.is_empty() && object.lacks_all_sets(is_there) {
            let expected = Promise::AnySet(object.one_set_of.clone());
            self.breach(Rule::Missing, way, expected, Observed::Missing, None);
        }
        if known < members.len() {
            self.others(members, (object, is_foreign), &told, way);
        }
    }

    /// The members of an object that no page documents, but for those that are told already to stand in the place of
    /// others.
    fn others(
        &mut self,
        members: &'a Map<String, Value>,
        (object, is_foreign): (&'a Object, bool),
        told: &[Observed],
        way: &Way<'_>,
    ) {
        let tells_all = (object.closed && self.sought.breaches)
            || (!object.closed && self.sought.undocumented)
            || (self.sought.sealed && (object.sealed || !object.write_only.is_empty()));
        let is_known = |name: &str| object.members.iter().any(|known| known.name == name);
        if let Some(other) = &object.others {
            for (name, value) in members.iter().filter(|(name, _)| !is_known(name)) {
                self.value(value, other, &Way::Member(way, name));
            }
            return;
        }
        if tells_all {
            let expected = if is_foreign {
                Promise::NoneOfThese
            } else {
                Promise::NoMember
            };
            for (name, value) in members {
                if self.violations.len() >= MAX_VIOLATIONS {
                    return;
                }
                let is_told = object.closed
                    || object.sealed
                    || self.sought.undocumented
                    || object.write_only.contains(name);
                if is_told && !is_known(name) && !lookalike::is_told(told, name) {
                    let expected = expected.clone();
                    self.undocumented((name, value), object, expected, &Way::Member(way, name));
                }
            }
        }
        if !self.sought.lookalikes {
            return;
        }
        let mut is_alike = false;
        for (member, name) in lookalike::of_optional(members, object, Format::Json) {
            is_alike = true;
            let way = &Way::Member(way, &member.name);
            let expected = self.expectation.presence(&way.pointer());
            let actual = Observed::InItsPlace(Name::of(name));
            self.tell(Rule::LetterCase, way, expected, actual, None);
            self.in_its_place(&members[name], member, way);
        }
        if let Some(name) = lookalike::wrapper(members, object, Format::Json) {
            let actual = Observed::Below(Name::of(name));
            self.tell(Rule::Missing, way, Promise::ItsMembers, actual, None);
        } else if told.is_empty() && !is_alike {
            self.other_than_meant(members, object, way);
        }
    }

    /// An object that is none of its kind, though each of its members may be missing: what it is around stands there
    /// under another name, or several are documented and it has others alone.
    fn other_than_meant(
        &mut self,
        members: &'a Map<String, Value>,
        object: &'a Object,
        way: &Way<'_>,
    ) {
        if object.members.iter().any(|member| is_due(member, members)) {
            return;
        }
        if let Some((member, name)) = lookalike::of_held(members, object) {
            let way = &Way::Member(way, &member.name);
            let expected = self.expectation.presence(&way.pointer());
            let actual = Observed::Renamed(Name::of(name));
            self.tell(Rule::Missing, way, expected, actual, None);
        } else if lookalike::is_other(members, object) {
            let actual = Observed::Value(Sketch::Object(members.len()));
            self.tell(Rule::Missing, way, Promise::ItsMembers, actual, None);
        }
    }

    fn undocumented(
        &mut self,
        (name, value): (&String, &Value),
        object: &Object,
        expected: Promise,
        way: &Way<'_>,
    ) {
        let is_remark = !object.closed && !self.sought.undocumented;
        let rule = if is_remark && object.write_only.contains(name) {
            Rule::WriteOnly
        } else if is_remark {
            Rule::Sealed
        } else {
            Rule::Undocumented
        };
        let actual = Observed::Value(Sketch::of(value));
        if object.closed {
            self.breach(rule, way, expected, actual, Some(value));
        } else {
            self.tell(rule, way, expected, actual, Some(value));
        }
    }

    fn missing(
        &mut self,
        member: &'a Member,
        members: &'a Map<String, Value>,
        (object, is_foreign): (&'a Object, bool),
        way: &Way<'_>,
    ) -> Option<Observed> {
        if !self.sought.breaches {
            return None;
        }
        let known: Vec<&str> = object
            .members
            .iter()
            .map(|known| known.name.as_str())
            .collect();
        let is_alone = || {
            object.members.iter().all(|other| {
                let is_there = members.contains_key(&other.name);
                is_there || other.name == member.name || !is_due(other, members)
            })
        };
        let way = &Way::Member(way, &member.name);
        let is_payload = way.pointer() == self.expectation.answer.payload_pointer();
        let of = (member.name.as_str(), &member.shape.kind, is_payload);
        let (rule, actual) = lookalike::missing(of, members, &known, is_alone);
        let actual = match actual {
            Observed::Missing if is_foreign => Observed::NoneOfThem,
            actual => actual,
        };
        let expected = self.expectation.presence(&way.pointer());
        self.breach(rule, way, expected, actual.clone(), None);
        if rule == Rule::LetterCase
            && let Some(name) =
                lookalike::in_other_case(&member.name, members, |name| known.contains(&name))
        {
            self.in_its_place(&members[name], member, way);
        }
        Some(actual)
    }

    /// Judges what stands in the place of a member, under a name that the schema does not look into.
    fn in_its_place(&mut self, value: &'a Value, member: &'a Member, way: &Way<'_>) {
        let (sought, breaches) = (self.sought, self.breaches);
        self.sought.breaches = true;
        self.value(value, &member.shape, way);
        self.constant(value, member, way);
        (self.sought, self.breaches) = (sought, breaches);
    }

    fn constant(&mut self, value: &Value, member: &Member, way: &Way<'_>) {
        let Some(constant) = member.constant else {
            return;
        };
        // A value of another type is told by its type.
        let has_type = value.is_number() && (member.shape.kind == Kind::Number || is_whole(value));
        if has_type && value.as_f64() != Value::from(constant).as_f64() {
            let (expected, actual) = (Promise::Constant(constant), Observed::OtherInteger);
            self.breach(Rule::Constant, way, expected, actual, Some(value));
        }
    }

    /// Tells what the schema refuses, where that is sought.
    fn breach(
        &mut self,
        rule: Rule,
        way: &Way<'_>,
        expected: Promise,
        actual: Observed,
        value: Option<&Value>,
    ) {
        if self.sought.breaches {
            self.breaches += 1;
            self.tell(rule, way, expected, actual, value);
        }
    }

    fn tell(
        &mut self,
        rule: Rule,
        way: &Way<'_>,
        expected: Promise,
        actual: Observed,
        value: Option<&Value>,
    ) {
        if self.violations.len() >= MAX_VIOLATIONS {
            return;
        }
        let pointer = way.pointer();
        let mut found = self.expectation.violation(rule, &pointer, expected, actual);
        found.value = value.map(bound::shown);
        self.violations.push(found);
    }
}

/// Whether none of the several members of an object is there.
fn is_foreign(members: &Map<String, Value>, object: &Object) -> bool {
    let mut known = object.members.iter();
    object.members.len() > 1 && !known.any(|member| members.contains_key(&member.name))
}

/// Whether a member must be in an object.
fn is_due(member: &Member, members: &Map<String, Value>) -> bool {
    let is_met = |when: &Condition| says(members, when, when.is);
    !member.optional && member.when.as_ref().is_none_or(is_met)
}

/// The condition by which a member must not be in an object.
fn barred<'m>(member: &'m Member, members: &Map<String, Value>) -> Option<&'m Condition> {
    let when = member.when.as_ref()?;
    (when.only && says(members, when, !when.is)).then_some(when)
}

fn says(members: &Map<String, Value>, when: &Condition, is: bool) -> bool {
    when.says(members.get(&when.member), is)
}
