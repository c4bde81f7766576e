//! An XML body held against its shape.
//!
//! Order is free, lists are repeated elements, an empty list is no element, an empty element is an
//! empty text. The body becomes the same tree that JSON gives, so that the two can be compared.

mod attributes;
mod elements;
mod leaf;
mod refused;
mod several;
mod well_formed;

use std::ops::Range;

use roxmltree::Node;
use serde_json::{Map, Value};

use crate::budget::{self, Budget, Unread};
use crate::check::bound::{self, MAX_VIOLATIONS};
use crate::check::transport;
use crate::check::way::Way;
use crate::check::xml::attributes::is_nil;
use crate::check::xml::elements::{Elements, children};
use crate::check::{
    Excess, Expectation, Name, Observed, Promise, Rule, SyntaxFault, Violation, lookalike,
};
use crate::contract::Format;
use crate::pointer::unescaped;
use crate::shape::xml::{text_of, texts_of};
use crate::shape::{Condition, Kind, Member, Object, Shape, text};

/// How deep objects in themselves are read as such.
const MAX_AGAIN: usize = 64;
/// How deep elements that the contract says nothing about are read.
const MAX_UNDOCUMENTED_DEPTH: usize = 64;

/// Parses a body and judges its elements.
pub(super) fn read(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    judge(expectation, text, true, violations)
}

/// Judges what a grammar could say as well.
pub(super) fn members(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    judge(expectation, text, false, violations)
}

fn judge(
    expectation: &Expectation,
    text: &str,
    lookalikes: bool,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let mut budget = Budget::xml(text.len());
    let document = match budget::xml::within(text, &mut budget) {
        Ok(document) => document,
        Err(Unread::Excess(excess)) => {
            violations.push(transport::unreadable(expectation, excess));
            return None;
        }
        Err(Unread::Malformed(error)) => {
            let fault = if text.trim().is_empty() {
                SyntaxFault::Empty
            } else if text.trim_start().starts_with(['{', '[']) {
                SyntaxFault::Json
            } else {
                refused::of(&error)
            };
            violations.push(malformed(expectation, fault));
            return None;
        }
    };
    if let Some(fault) = well_formed::fault(text) {
        violations.push(malformed(expectation, fault));
    }
    let root = document.root_element();
    let name = &expectation.answer.root;
    let told = violations.len();
    let mut reader = Reader {
        expectation,
        lookalikes,
        violations,
        budget,
        excess: None,
        levels: 0,
    };
    if !expectation.answer.is_root_free && root.tag_name().name() != name {
        let actual = Observed::Root(Name::of(root.tag_name().name()));
        reader.add(
            Rule::Root,
            &Way::Root,
            Promise::Root(name.clone()),
            actual,
            None,
        );
    }
    reader.namespaces(root);
    let shape = &expectation.answer.envelope;
    let body = match (&expectation.answer.list, &shape.kind) {
        (Some(list), Kind::List(item)) => {
            reader.attributes(root, &Way::Root);
            let first = children(root).next().map(|first| first.tag_name().name());
            let name = list.item.as_deref().or(first).unwrap_or_default();
            reader.inner_list(root, name, item, &Way::Root)
        }
        _ => reader.value(root, shape, &Way::Root),
    };
    if let Some(excess) = reader.excess {
        violations.truncate(told);
        violations.push(transport::unreadable(expectation, excess));
        return None;
    }
    Some(body)
}

fn malformed(expectation: &Expectation, fault: SyntaxFault) -> Violation {
    transport::violation(
        expectation,
        Rule::Syntax,
        Promise::Syntax(Format::Xml),
        Observed::Syntax(fault),
    )
}

/// Whether a member that stands below another one is there.
fn is_below(members: &Map<String, Value>, around: &str, name: &str) -> bool {
    let holds = |value: &Value| value.get(name).is_some();
    match members.get(around) {
        Some(Value::Array(items)) => items.iter().any(holds),
        Some(value) => holds(value),
        None => false,
    }
}

/// The element that holds the members of an object one step too deep, where none of them is in its place.
fn deeper<'a>(
    elements: &Elements<'_, '_>,
    others: &'a Map<String, Value>,
    object: &Object,
) -> Option<&'a str> {
    let mut members = object.members.iter();
    let is_there = |member: &Member| !elements.named(&member.name).is_empty();
    if others.is_empty() || members.any(is_there) {
        return None;
    }
    lookalike::deeper(others, object, Format::Xml)
}

/// Whether none of the several members of an object is there.
fn is_foreign(elements: &Elements<'_, '_>, object: &Object) -> bool {
    let mut known = object.members.iter();
    object.members.len() > 1 && known.all(|member| elements.named(&member.name).is_empty())
}

struct Reader<'a> {
    expectation: &'a Expectation,
    /// Whether members that may be missing are sought under other names.
    lookalikes: bool,
    violations: &'a mut Vec<Violation>,
    /// What is left of the memory that the body may take.
    budget: Budget,
    /// What was too much; nothing more is read then.
    excess: Option<Excess>,
    /// How many objects in themselves it stands in.
    levels: usize,
}

impl<'a> Reader<'a> {
    /// A value of this name, as far as there is memory.
    fn kept(&mut self, name: &str, value: Value) -> Value {
        if self.excess.is_none() {
            self.excess = self.budget.element(name, &value).err();
        }
        if self.excess.is_some() {
            Value::Null
        } else {
            value
        }
    }

    fn add(
        &mut self,
        rule: Rule,
        way: &Way<'_>,
        expected: Promise,
        actual: Observed,
        node: Option<Node<'_, '_>>,
    ) {
        if self.violations.len() >= MAX_VIOLATIONS {
            return;
        }
        let pointer = way.pointer();
        let mut found = self.expectation.violation(rule, &pointer, expected, actual);
        found.pointer = format!("/{}{pointer}", self.expectation.answer.root);
        found.value = node.map(|node| bound::shown_text(&text_of(node)));
        self.violations.push(found);
    }

    /// One finding for all namespaces: at the first element that is in one. A declaration that no name
    /// uses changes nothing.
    fn namespaces(&mut self, root: Node<'_, '_>) {
        let is_in_one = |node: &Node<'_, '_>| {
            let namespace = node.tag_name().namespace();
            namespace.is_some_and(|name| !name.is_empty())
        };
        if let Some(node) = root.descendants().find(is_in_one) {
            let actual = Observed::Namespace(Name::of(node.tag_name().name()));
            self.add(
                Rule::Namespace,
                &Way::Root,
                Promise::NoNamespace,
                actual,
                None,
            );
        }
    }

    /// Reads one element as a value of a shape.
    fn value(&mut self, node: Node<'_, '_>, shape: &Shape, way: &Way<'_>) -> Value {
        if self.excess.is_some() {
            return Value::Null;
        }
        if shape.nullable && is_nil(node) {
            self.other_attributes(node, way);
            return Value::Null;
        }
        self.attributes(node, way);
        match &shape.kind {
            Kind::Object(object) => self.object(node, shape, object, way),
            Kind::List(item) => self.inner_list(node, node.tag_name().name(), item, way),
            Kind::Mixed if shape.is_again().is_some() && self.levels < MAX_AGAIN => {
                if shape.nullable && is_null(node, shape) {
                    return Value::Null;
                }
                let name = shape.is_again().unwrap_or_default();
                let named = self.expectation.answer.envelope.named(name);
                let Some((named, Kind::Object(object))) = named.map(|one| (one, &one.kind)) else {
                    return self.untyped(node, 0);
                };
                self.levels += 1;
                let value = self.object(node, named, object, way);
                self.levels -= 1;
                value
            }
            Kind::Unknown | Kind::Mixed => {
                for child in children(node) {
                    self.attributes_below(child, way);
                }
                self.one_of_several(node, shape, way);
                self.untyped(node, 0)
            }
            _ => self.leaf(node, shape, way),
        }
    }

    fn items(&mut self, nodes: &[Node<'_, '_>], item: &Shape, way: &Way<'_>) -> Value {
        let items = nodes.iter().enumerate();
        items
            .map(|(at, node)| {
                let value = self.value(*node, item, &Way::Item(way, at));
                self.kept("", value)
            })
            .collect()
    }

    /// A list inside a list repeats its own name, and holds nothing else; one that is the whole answer has a name for
    /// its items.
    fn inner_list(&mut self, node: Node<'_, '_>, name: &str, item: &Shape, way: &Way<'_>) -> Value {
        let (items, others): (Vec<_>, Vec<_>) =
            children(node).partition(|child| child.tag_name().name() == name);
        self.no_text(node, way);
        if let Some(other) = others.first() {
            let actual = Observed::Elements(others.len());
            let way = &Way::Member(way, other.tag_name().name());
            let expected = Promise::NoElement;
            self.add(Rule::Undocumented, way, expected, actual, Some(*other));
        }
        self.items(&items, item, way)
    }

    /// Whether nothing but white space stands between the elements of an element.
    fn no_text(&mut self, node: Node<'_, '_>, way: &Way<'_>) {
        if texts_of(node).any(|text| !trimmed(text).is_empty()) {
            let actual = Observed::no_tree(trimmed(&text_of(node)));
            self.add(Rule::Mixed, way, Promise::ElementsOnly, actual, Some(node));
        }
    }

    fn object(
        &mut self,
        node: Node<'_, '_>,
        shape: &Shape,
        object: &Object,
        way: &Way<'_>,
    ) -> Value {
        if shape.nullable && is_null(node, shape) {
            return Value::Null;
        }
        let elements = Elements::of_object(node, object);
        self.no_text(node, way);
        let mut members = Map::with_capacity(elements.names());
        let is_foreign = is_foreign(&elements, object);
        let of = (object, is_foreign);
        let first = self.violations.len();
        let mut others = self.undocumented(&elements, shape, of, (way, &mut members));
        let undocumented = first..self.violations.len();
        let mut told = Vec::new();
        let deeper = deeper(&elements, &others, object);
        let unknown = self.unknown_list(&others, object, way);
        for member in &object.members {
            let way = &Way::Member(way, &member.name);
            let same = elements.named(&member.name);
            if let ([first, ..], Some(when)) = (same, &member.when)
                && when.only
                && self.says(&elements, when, !when.is)
            {
                let expected = Promise::only_where(when);
                let actual = Observed::Elements(same.len());
                self.add(Rule::Misplaced, way, expected, actual, Some(*first));
            }
            let is_deeper = deeper.is_some_and(|name| is_below(&others, name, &member.name));
            let value = match (&member.shape.kind, same) {
                (Kind::List(_), []) if is_deeper => {
                    let of = (object, deeper, is_foreign);
                    told.push(self.missing(member, (&others, &elements), of, way));
                    continue;
                }
                (Kind::List(_), []) if unknown == Some(member.name.as_str()) => {
                    // A list without items has no element, but this one may be called otherwise.
                    let (rule, actual) = self.absent(member, (&others, &elements), object, way);
                    if actual != Observed::Missing {
                        told.push(self.tell_absent(rule, actual, way));
                        self.in_its_place(member, &others, &elements, object, way);
                    }
                    continue;
                }
                (Kind::List(_), _) => self.named(same, &member.shape, way),
                (_, []) => {
                    // Nothing is known of it: it may be a list without items, or nothing.
                    if !member.may_lack_in_xml()
                        && self.violations.len() < MAX_VIOLATIONS
                        && self.is_expected(member, &elements)
                    {
                        let of = (object, deeper, is_foreign);
                        told.push(self.missing(member, (&others, &elements), of, way));
                        self.in_its_place(member, &others, &elements, object, way);
                    }
                    continue;
                }
                (_, [first, ..]) => {
                    self.constant(*first, member, way);
                    self.named(same, &member.shape, way)
                }
            };
            let value = self.kept(&member.name, value);
            members.insert(member.name.clone(), value);
        }
        // A list without items has no element.
        let is_there = |name: &str| {
            let may_lack = |member: &Member| {
                member.shape.kind.is_open() || matches!(member.shape.kind, Kind::List(_))
            };
            !elements.named(name).is_empty() || shape.member(name).is_none_or(may_lack)
        };
        if told.is_empty() && object.lacks_all_sets(is_there) {
            let expected = Promise::AnySet(object.one_set_of.clone());
            self.add(Rule::Missing, way, expected, Observed::Missing, None);
        }
        if others.is_empty() {
            return Value::Object(members);
        }
        self.without_told(undocumented, &told);
        others.extend(members);
        if self.lookalikes {
            self.lookalikes(&others, &elements, object, way);
        }
        Value::Object(others)
    }

    /// Takes back which elements are undocumented, of those that are told to stand in the place of others.
    fn without_told(&mut self, undocumented: Range<usize>, told: &[Observed]) {
        if told.is_empty() {
            return;
        }
        let later = self.violations.split_off(undocumented.end);
        let own = self.violations.split_off(undocumented.start);
        let is_told = |one: &Violation| {
            let name = one.pointer.rsplit('/').next().unwrap_or_default();
            lookalike::is_told(told, &unescaped(name))
        };
        let left = own
            .into_iter()
            .filter(|one| one.rule == Rule::Attribute || !is_told(one));
        self.violations.extend(left);
        self.violations.extend(later);
    }

    /// The elements of no documented member; those that a schema describes by any name are put beside the members.
    fn undocumented(
        &mut self,
        elements: &Elements<'_, '_>,
        shape: &Shape,
        (object, is_foreign): (&Object, bool),
        (way, members): (&Way<'_>, &mut Map<String, Value>),
    ) -> Map<String, Value> {
        let mut others = Map::new();
        for (name, same) in elements.iter() {
            if shape.member(name).is_some() {
                continue;
            }
            if let Some(other) = object.others.as_deref().filter(|_| !object.closed) {
                let name = text::member_name(name);
                let value = self.named(same, other, &Way::Member(way, &name));
                let value = self.kept(&name, value);
                members.insert(name.into_owned(), value);
                continue;
            }
            let is_breach = object.closed || self.expectation.strict;
            let is_for_requests = object.write_only.iter().any(|one| one == name);
            if is_breach || ((object.sealed || is_for_requests) && self.lookalikes) {
                let actual = Observed::Elements(same.len());
                let way = &Way::Member(way, name);
                let rule = if is_breach {
                    Rule::Undocumented
                } else if is_for_requests {
                    Rule::WriteOnly
                } else {
                    Rule::Sealed
                };
                let expected = if is_foreign {
                    Promise::NoneOfThese
                } else {
                    Promise::NoElement
                };
                self.add(rule, way, expected, actual, same.first().copied());
            }
            for node in same {
                self.attributes_below(*node, &Way::Member(way, name));
            }
            let name = text::member_name(name);
            let value = self.untyped_all(same, 0);
            let value = self.kept(&name, value);
            others.insert(name.into_owned(), value);
        }
        others
    }

    /// A member that is not there, be it that it stands one step deeper.
    fn missing(
        &mut self,
        member: &Member,
        (others, elements): (&Map<String, Value>, &Elements<'_, '_>),
        (object, deeper, is_foreign): (&Object, Option<&str>, bool),
        way: &Way<'_>,
    ) -> Observed {
        let (rule, actual) = match deeper {
            Some(name) => (Rule::Missing, Observed::Deeper(Name::of(name))),
            None => self.absent(member, (others, elements), object, way),
        };
        let actual = match actual {
            Observed::Missing if is_foreign => Observed::NoneOfThem,
            actual => actual,
        };
        self.tell_absent(rule, actual, way)
    }

    fn tell_absent(&mut self, rule: Rule, actual: Observed, way: &Way<'_>) -> Observed {
        let expected = self.expectation.presence(&way.pointer());
        self.add(rule, way, expected, actual.clone(), None);
        actual
    }

    /// The rule that a member breaks by its absence, and what stands there in its place.
    fn absent(
        &self,
        member: &Member,
        (others, elements): (&Map<String, Value>, &Elements<'_, '_>),
        object: &Object,
        way: &Way<'_>,
    ) -> (Rule, Observed) {
        let known = object.members.iter().map(|known| known.name.as_str());
        let known: Vec<&str> = known.collect();
        let is_alone = || {
            object.members.iter().all(|other| {
                let is_there = !elements.named(&other.name).is_empty();
                let may_lack = other.may_lack_in_xml()
                    || matches!(other.shape.kind, Kind::List(_))
                    || !self.is_expected(other, elements);
                is_there || other.name == member.name || may_lack
            })
        };
        let is_payload = way.pointer() == self.expectation.answer.payload_pointer();
        let of = (member.name.as_str(), &member.shape.kind, is_payload);
        lookalike::missing(of, others, &known, is_alone)
    }

    /// Judges what stands in the place of a member, under a name of the same letters.
    fn in_its_place(
        &mut self,
        member: &Member,
        others: &Map<String, Value>,
        elements: &Elements<'_, '_>,
        object: &Object,
        way: &Way<'_>,
    ) {
        let is_known = |name: &str| object.members.iter().any(|known| known.name == name);
        let Some(name) = lookalike::in_other_case(&member.name, others, is_known) else {
            return;
        };
        let same = elements.named(name);
        if let Some(first) = same.first() {
            self.constant(*first, member, way);
            self.named(same, &member.shape, way);
        }
    }

    /// The name of a payload that an undocumented element beside it may be under another name.
    fn unknown_list(
        &self,
        others: &Map<String, Value>,
        object: &Object,
        way: &Way<'_>,
    ) -> Option<&'a str> {
        let answer = &self.expectation.answer;
        let name = answer.payload.as_deref()?;
        let is_payload = Way::Member(way, name).pointer() == answer.payload_pointer();
        (is_payload && object.closed && !others.is_empty()).then_some(name)
    }

    /// The elements of one name as one value.
    fn named(&mut self, same: &[Node<'_, '_>], shape: &Shape, way: &Way<'_>) -> Value {
        match (&shape.kind, same) {
            // One empty element for a list that may be null is null, not an empty item.
            (Kind::List(item), [only])
                if shape.nullable && (is_null(*only, item) || is_nil(*only)) =>
            {
                self.other_attributes(*only, way);
                Value::Null
            }
            (Kind::List(item), _) => self.items(same, item, way),
            // Nothing is known of it: it may be a list.
            (Kind::Unknown | Kind::Mixed, [_, _, ..]) if several::may_repeat(shape) => {
                for node in same {
                    self.attributes_below(*node, way);
                }
                self.untyped_all(same, 0)
            }
            (_, []) => Value::Null,
            (_, [first, rest @ ..]) => {
                if !rest.is_empty() {
                    let (expected, actual) = (Promise::OneElement, Observed::Elements(same.len()));
                    self.add(Rule::Repeated, way, expected, actual, Some(*first));
                }
                self.value(*first, shape, way)
            }
        }
    }

    /// Members that may be missing and stand there under another name.
    fn lookalikes(
        &mut self,
        members: &Map<String, Value>,
        elements: &Elements<'_, '_>,
        object: &Object,
        way: &Way<'_>,
    ) {
        for (member, name) in lookalike::of_optional(members, object, Format::Xml) {
            let way = &Way::Member(way, &member.name);
            let expected = self.expectation.presence(&way.pointer());
            let actual = Observed::InItsPlace(Name::of(name));
            self.add(Rule::LetterCase, way, expected, actual, None);
            self.in_its_place(member, members, elements, object, way);
        }
        if let Some(name) = lookalike::wrapper(members, object, Format::Xml) {
            let actual = Observed::Below(Name::of(name));
            self.add(Rule::Missing, way, Promise::ItsMembers, actual, None);
        }
    }

    /// Whether the condition of a member is met, where it has one.
    fn is_expected(&self, member: &Member, elements: &Elements<'_, '_>) -> bool {
        let when = member.when.as_ref();
        when.is_none_or(|when| self.says(elements, when, when.is))
    }

    /// Whether a member that decides says something.
    fn says(&self, elements: &Elements<'_, '_>, when: &Condition, is: bool) -> bool {
        let word = self.expectation.answer.booleans.word(is);
        let mut said = elements.named(&when.member).iter();
        said.any(|node| {
            let text = text_of(*node);
            when.chooses(&text, is) || !when.is_choice() && trimmed(&text) == word
        })
    }

    /// Elements of one name that the contract says nothing about: a list where there are several.
    fn untyped_all(&mut self, nodes: &[Node<'_, '_>], depth: usize) -> Value {
        if let [one] = nodes {
            return self.untyped(*one, depth);
        }
        let values = nodes.iter().map(|one| {
            let value = self.untyped(*one, depth);
            self.kept("", value)
        });
        values.collect()
    }

    /// An element that the contract says nothing about: a text, or an object of such.
    fn untyped(&mut self, node: Node<'_, '_>, depth: usize) -> Value {
        if self.excess.is_some() {
            return Value::Null;
        }
        let elements = Elements::of(node);
        if elements.is_empty() || depth >= MAX_UNDOCUMENTED_DEPTH {
            return text_of(node).into();
        }
        let mut members = Map::with_capacity(elements.names());
        for (name, same) in elements.iter() {
            let name = text::member_name(name);
            let value = self.untyped_all(same, depth + 1);
            let value = self.kept(&name, value);
            members.insert(name.into_owned(), value);
        }
        members.into()
    }
}

/// Whether an element holds nothing; white space is nothing to all but texts.
fn is_null(node: Node<'_, '_>, shape: &Shape) -> bool {
    let text = text_of(node);
    let is_text = shape.kind == Kind::Text;
    let is_blank = text.is_empty() || (trimmed(&text).is_empty() && !is_text);
    is_blank && children(node).next().is_none()
}

/// XML 1.0, 2.3: white space is these four characters and no other.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}
