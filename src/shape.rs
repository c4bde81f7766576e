//! The type tree behind an example.
//!
//! In comes an example body, out comes a [`Shape`]: what the example implies for every answer, each
//! member with its place in the page. The policy, construct by construct, is `docs/inference.md`.
//! JSON is read on its own; XML takes list or single, number or text, from its JSON twin, because XML
//! alone cannot tell. How a kind of portal speaks is added by [`crate::profile`].

mod alternative;
pub mod domain;
pub mod json;
pub(crate) mod path;
pub mod text;
pub mod wrapping;
pub mod xml;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pointer::unescaped;
use crate::source::Span;
use domain::{Domain, Pattern};

/// What every answer must look like at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The type.
    pub kind: Kind,
    /// Whether `null` keeps the contract as well.
    pub nullable: bool,
    /// Which values of the type keep it; all where nothing is said.
    pub domain: Option<Box<Domain>>,
    /// Whether the value may be another one in each answer.
    pub varies: bool,
}

/// The types that an example can imply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Named members.
    Object(Object),
    /// Any number of items of one shape.
    List(Box<Shape>),
    /// Any text, the empty one included.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`; how XML spells them is the profile's matter.
    Boolean,
    /// A date-time of RFC 3339, any offset.
    DateTime(Fraction),
    /// A GUID: 8-4-4-4-12 hexadecimal digits in any letter case.
    Guid,
    /// Nothing is known: the example shows `null` or an empty list. Merges into anything.
    Unknown,
    /// Examples that disagree: anything is lawful. Absorbs anything.
    Mixed,
}

/// A type by itself: a [`Kind`] without what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// Named members.
    Object,
    /// Any number of items.
    List,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date-time.
    DateTime(Fraction),
    /// A GUID.
    Guid,
    /// Whatever it is.
    Anything,
}

/// How many digits the fraction of a second has in a date-time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fraction {
    /// Any number, none included.
    Any,
    /// This many.
    Digits(u8),
}

/// In how many examples something is seen; none where a schema or a profile says it.
///
/// All of these are equal: shapes ask for the same, whatever number of examples they rest on.
#[derive(Debug, Clone, Copy, Eq, Default)]
pub struct Seen(pub usize);

impl PartialEq for Seen {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Seen {
    /// In one example.
    pub const ONCE: Self = Self(1);

    /// In these and in others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// The members of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object {
    /// The members in the order of the page.
    pub members: Vec<Member>,
    /// Whether a member that is not listed breaks the contract.
    pub closed: bool,
    /// Whether its schema admits no other members; one is a remark, as portals grow.
    pub sealed: bool,
    /// The members that its schema has for requests alone; one in an answer is a remark.
    pub write_only: Vec<String>,
    /// The members that its schema has for answers alone: a portal takes nothing that is sent for them.
    pub read_only: Vec<String>,
    /// What members hold whose names are not listed, as these are data; nothing is said of others where
    /// this is none.
    pub others: Option<Box<Shape>>,
    /// The members of which those of one list at least must be there, beside those that must be anyway; nothing is
    /// said where there are none.
    pub one_set_of: Vec<Vec<String>>,
    /// The name under which the schemas share this shape, such as `Employee`.
    pub name: Option<String>,
    /// How many objects of the examples it was made of.
    pub examples: Seen,
}

/// One documented member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name on the wire.
    pub name: String,
    /// Its name on the page.
    pub documented: String,
    /// What it holds.
    pub shape: Shape,
    /// Whether it may be missing.
    pub optional: bool,
    /// How many of the objects that the shape was made of have it.
    pub seen: Seen,
    /// In which objects it is to be found; elsewhere it may be missing, or must be.
    pub when: Option<Condition>,
    /// The only value that keeps the contract, where there is one.
    pub constant: Option<i64>,
    /// Where the page documents it; the empty default for what only the profile knows.
    pub span: Span,
}

impl Object {
    /// An object of any names, such as a dictionary.
    #[must_use]
    pub fn free(value: Shape) -> Self {
        Self {
            others: Some(Box::new(value)),
            ..Self::default()
        }
    }

    /// Whether all names that its examples show are values and no names; a schema says itself what they are.
    #[must_use]
    pub fn has_names_of_data(&self) -> bool {
        let is_data = |member: &Member| text::is_data(&text::member_name(&member.documented));
        self.examples.0 > 0 && !self.members.is_empty() && self.members.iter().all(is_data)
    }

    /// Whether anything is said of what stands in it.
    #[must_use]
    pub fn is_told(&self) -> bool {
        !self.members.is_empty() || self.others.is_some()
    }

    /// The shapes of all that may stand in it.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let members = self.members.iter().map(|member| &member.shape);
        members.chain(self.others.as_deref())
    }

    /// The same, to be changed.
    pub fn shapes_mut(&mut self) -> impl Iterator<Item = &mut Shape> {
        let members = self.members.iter_mut().map(|member| &mut member.shape);
        members.chain(self.others.as_deref_mut())
    }

    /// The shape of what stands under a name; `None` where nothing is said of it.
    #[must_use]
    pub fn value_of(&self, name: &str) -> Option<&Shape> {
        let listed = self.members.iter().find(|member| member.name == name);
        match listed {
            Some(member) => Some(&member.shape),
            None => self.others.as_deref(),
        }
    }

    /// The conditions on which members depend, each once, in the order of the members.
    #[must_use]
    pub fn conditions(&self) -> Vec<&Condition> {
        let mut conditions: Vec<&Condition> = Vec::new();
        for condition in self
            .members
            .iter()
            .filter_map(|member| member.when.as_ref())
        {
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        conditions
    }
}

/// What another member of the same object says: a boolean one, or one that chooses what the object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The member that decides, by its name on the wire.
    pub member: String,
    /// What it says; of a text, whether it is one of those that are listed.
    pub is: bool,
    /// The texts that choose, where it is no boolean.
    pub one_of: Vec<String>,
    /// Whether what depends on it must not stand where it says the other.
    pub only: bool,
}

impl Condition {
    /// Whether a value of the member that decides says this.
    #[must_use]
    pub fn says(&self, value: Option<&Value>, is: bool) -> bool {
        match value {
            Some(Value::Bool(flag)) => !self.is_choice() && *flag == is,
            Some(Value::String(text)) => self.chooses(text, is),
            _ => false,
        }
    }

    /// Whether a text chooses, and no flag decides.
    #[must_use]
    pub fn is_choice(&self) -> bool {
        !self.one_of.is_empty()
    }

    /// Whether a text is one that chooses, or is none of them.
    #[must_use]
    pub fn chooses(&self, text: &str, is: bool) -> bool {
        self.is_choice() && self.one_of.iter().any(|one| one == text) == is
    }
}

impl Shape {
    /// A shape that does not admit `null`.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            nullable: false,
            domain: None,
            varies: false,
        }
    }

    /// The one shape that accepts what either accepts, as for the items of a list.
    ///
    /// Commutative but for the order of members, which follows the page.
    ///
    /// ```
    /// # use portal_conformance::shape::{Kind, Shape};
    /// let both = Shape::of(Kind::Integer).merge(Shape::of(Kind::Number));
    /// assert_eq!(both.kind, Kind::Number);
    /// ```
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.merged(other, false)
    }

    /// The same of two shapes of which a document says that each answer keeps one: what neither admits is still
    /// refused where they are of different types, or ask for different members.
    ///
    /// ```
    /// # use portal_conformance::shape::{Kind, Shape};
    /// let either = Shape::of(Kind::Integer).either(Shape::of(Kind::Boolean));
    /// assert!(either.keeps_domain(&true.into()) && !either.keeps_domain(&"x".into()));
    /// ```
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        self.merged(other, true)
    }

    /// Whether a value of its type is one that the place admits.
    #[must_use]
    pub fn keeps_domain(&self, value: &Value) -> bool {
        let domain = self.domain.as_deref();
        domain.is_none_or(|domain| domain.outside(value).is_none())
    }

    /// What accepts what either accepts, and nothing else where each answer keeps one of the two.
    fn merged(self, other: Self, is_either: bool) -> Self {
        let any_of = if is_either {
            alternative::of_both(&self, &other)
        } else {
            Vec::new()
        };
        let domain = match (self.domain, other.domain) {
            (Some(one), Some(another)) => Domain::either(*one, *another).map(Box::new),
            (one, None) if other.kind == Kind::Unknown => one,
            (None, another) if self.kind == Kind::Unknown => another,
            _ => None,
        };
        let domain = match domain {
            None if !any_of.is_empty() => Some(Box::new(Domain {
                any_of,
                ..Domain::default()
            })),
            domain => domain,
        };
        let kind = match (self.kind, other.kind) {
            (Kind::Unknown, kind) | (kind, Kind::Unknown) => kind,
            (Kind::Object(a), Kind::Object(b)) => Kind::Object(merge_objects(a, b, is_either)),
            (Kind::List(a), Kind::List(b)) => Kind::List(Box::new(a.merged(*b, is_either))),
            (a, b) if a == b => a,
            (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Number,
            (a, b) if a.is_text() && b.is_text() => Kind::Text,
            _ => Kind::Mixed,
        };
        Self {
            kind,
            nullable: self.nullable || other.nullable,
            domain,
            varies: self.varies || other.varies,
        }
    }

    /// An object whose members are those of one around it of this name ([`Shape::named`]).
    #[must_use]
    pub fn again(name: &str) -> Self {
        let any_of = vec![Self::of(Kind::Object(Object::default()))];
        let mut shape = Self::of(Kind::Mixed);
        shape.narrow(Domain {
            any_of,
            again: Some(name.to_owned()),
            ..Domain::default()
        });
        shape
    }

    /// The name of the object whose members it has, where it says no more of them.
    #[must_use]
    pub fn is_again(&self) -> Option<&str> {
        self.domain.as_deref()?.again.as_deref()
    }

    /// The first object of a name, in it or below it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Self> {
        match &self.kind {
            Kind::List(item) => item.named(name),
            Kind::Object(object) if object.name.as_deref() == Some(name) => Some(self),
            Kind::Object(object) => object.shapes().find_map(|shape| shape.named(name)),
            _ => None,
        }
    }

    /// The members, where this is an object.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(object) => &object.members,
            _ => &[],
        }
    }

    /// The member of this wire name, where this is an object that has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// Has it admit what is in a domain alone, of what it admits.
    pub fn narrow(&mut self, domain: Domain) {
        self.domain = Some(Box::new(match self.domain.take() {
            Some(known) => Domain::both(domain, *known),
            None => domain,
        }));
    }

    /// The regular expressions in it.
    #[must_use]
    pub fn patterns(&self) -> Vec<&Pattern> {
        let domain = self.domain.as_deref();
        let own = domain.and_then(|domain| domain.matches.as_ref());
        let mut all: Vec<&Pattern> = own.into_iter().collect();
        match &self.kind {
            Kind::List(item) => all.extend(item.patterns()),
            Kind::Object(object) => all.extend(object.shapes().flat_map(Self::patterns)),
            _ => {}
        }
        all
    }

    /// What is documented at a place, given as a JSON pointer; none where names are data.
    #[must_use]
    pub fn place(&self, pointer: &str) -> Option<&Self> {
        let mut shape = self;
        for token in pointer.split('/').skip(1) {
            shape = match &shape.kind {
                Kind::List(item) => item,
                _ => &shape.member(&unescaped(token))?.shape,
            };
        }
        Some(shape)
    }

    /// Has what is documented at a place, given as a JSON pointer, be another value each time; nothing where names are
    /// data.
    pub fn vary(&mut self, pointer: &str) {
        let mut shape = self;
        for token in pointer.split('/').skip(1) {
            let name = unescaped(token);
            shape = match &mut shape.kind {
                Kind::List(item) => item,
                Kind::Object(object) => {
                    let mut members = object.members.iter_mut();
                    let Some(member) = members.find(|member| member.name == *name) else {
                        return;
                    };
                    &mut member.shape
                }
                _ => return,
            };
        }
        shape.varies = true;
    }

    /// The member that documents a place in a body, given as a JSON pointer.
    ///
    /// The deepest documented member on the way counts, so that an undocumented place still says
    /// which member it stands in.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Member> {
        let mut shape = self;
        let mut found = None;
        for token in pointer.split('/').skip(1) {
            if let Some(name) = shape.is_again() {
                let Some(named) = self.named(name) else {
                    break;
                };
                shape = named;
            }
            match &shape.kind {
                Kind::List(item) => shape = item,
                Kind::Object(object) => {
                    let name = unescaped(token);
                    match (shape.member(&name), &object.others) {
                        (Some(member), _) => {
                            found = Some(member);
                            shape = &member.shape;
                        }
                        (None, Some(other)) => shape = other,
                        (None, None) => break,
                    }
                }
                _ => break,
            }
        }
        found
    }
}

impl Member {
    /// Whether every object has it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        !self.optional && self.when.is_none()
    }

    /// Whether no element of it need stand in XML: none may stand for what nothing is known of, and null has one.
    #[must_use]
    pub fn may_lack_in_xml(&self) -> bool {
        self.optional || self.shape.kind.is_open()
    }

    /// Where the page documents it; `None` for what only the profile knows.
    #[must_use]
    pub fn promised(&self) -> Option<Span> {
        (self.span != Span::default()).then_some(self.span)
    }
}

impl Kind {
    /// The type alone.
    #[must_use]
    pub fn type_of(&self) -> Type {
        match self {
            Self::Object(_) => Type::Object,
            Self::List(_) => Type::List,
            Self::Text => Type::Text,
            Self::Integer => Type::Integer,
            Self::Number => Type::Number,
            Self::Boolean => Type::Boolean,
            Self::DateTime(fraction) => Type::DateTime(*fraction),
            Self::Guid => Type::Guid,
            Self::Unknown | Self::Mixed => Type::Anything,
        }
    }

    /// Whether it admits any value.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Unknown | Self::Mixed)
    }

    /// Whether it is a value by itself, neither members nor items nor whatever it is.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Integer | Self::Number | Self::Boolean) || self.is_text()
    }

    /// Whether JSON carries it as a string.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::DateTime(_) | Self::Guid)
    }
}

impl Type {
    /// The name of the type in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DateTime(Fraction::Digits(7)) => "date-time with 7 digits of a fraction",
            Self::DateTime(Fraction::Digits(_)) => "date-time with a fraction of fixed length",
            Self::Object => "object",
            Self::List => "list",
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::DateTime(_) => "date-time (RFC 3339)",
            Self::Guid => "GUID",
            Self::Anything => "anything",
        }
    }
}

fn merge_objects(a: Object, b: Object, is_either: bool) -> Object {
    let mut sets = alternative::sets_of_both(&a, &b);
    if !is_either {
        sets.clear();
    }
    let mut members: Vec<Member> = Vec::new();
    let mut others = b.members;
    for mut member in a.members {
        match others.iter().position(|other| other.name == member.name) {
            Some(at) => {
                let other = others.remove(at);
                member.shape = member.shape.merged(other.shape, is_either);
                member.optional |= other.optional;
                if member.when != other.when {
                    member.when = None;
                    member.optional = true;
                }
                member.seen = member.seen.and(other.seen);
                member.span = member.span.min(other.span);
            }
            None => alone(&mut member, b.others.as_deref(), is_either),
        }
        members.push(member);
    }
    members.extend(others.into_iter().map(|mut member| {
        alone(&mut member, a.others.as_deref(), is_either);
        member
    }));
    members.sort_by_key(|member| member.span);
    let all = a.write_only.into_iter().chain(b.write_only);
    let is_member = |name: &String| members.iter().any(|member| member.name == *name);
    let write_only: BTreeSet<String> = all.filter(|name| !is_member(name)).collect();
    let read_only: BTreeSet<String> = a.read_only.into_iter().chain(b.read_only).collect();
    Object {
        members,
        closed: a.closed && b.closed,
        sealed: a.sealed && b.sealed,
        write_only: write_only.into_iter().collect(),
        read_only: read_only.into_iter().collect(),
        others: match (a.others, b.others) {
            (Some(one), Some(other)) => Some(Box::new(one.merged(*other, is_either))),
            (None, None) => None,
            _ => Some(Box::new(Shape::of(Kind::Mixed))),
        },
        one_set_of: sets,
        name: a.name.or(b.name),
        examples: a.examples.and(b.examples),
    }
}

/// A member that only one of two objects lists: the other may lack it, or have it as one of any name.
fn alone(member: &mut Member, others: Option<&Shape>, is_either: bool) {
    member.optional = true;
    if let Some(others) = others {
        let shape = std::mem::replace(&mut member.shape, Shape::of(Kind::Unknown));
        member.shape = shape.merged(others.clone(), is_either);
    }
}
