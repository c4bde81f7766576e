//! What a schema says, and what several say together: what keeps all of them, or one of them.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::contract::openapi::branch::Taken;
use crate::contract::openapi::sample;
use crate::shape::domain::Domain;
use crate::shape::{Condition, Kind, Object, Shape};

/// What a schema says.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    /// What keeps it.
    pub(super) shape: Shape,
    /// A value that the document gives for it, whole or in parts.
    pub(super) stated: Option<Value>,
    /// Whether some of that is more than a sample of its format.
    pub(super) is_explicit: bool,
    /// Whether it says nothing of a type.
    pub(super) is_free: bool,
    /// Whether that value is an example of all that a request sends, so that nothing else belongs to it.
    pub(super) is_whole: bool,
    /// What a request has of several schemas, of which it keeps one.
    pub(super) taken: Taken,
    /// The members that go the other way alone.
    pub(super) hidden: BTreeSet<String>,
}

impl Meant {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            shape: Shape::of(kind),
            stated: None,
            is_explicit: false,
            is_free: false,
            is_whole: false,
            taken: Taken::default(),
            hidden: BTreeSet::new(),
        }
    }

    /// A part of something else that was read.
    pub(super) fn of(shape: Shape, stated: Option<Value>) -> Self {
        Self {
            shape,
            is_explicit: stated.is_some(),
            stated,
            ..Self::new(Kind::Mixed)
        }
    }

    pub(super) fn free() -> Self {
        Self {
            is_free: true,
            ..Self::new(Kind::Mixed)
        }
    }

    /// A value of a type, as a sample where nothing better is known.
    pub(super) fn with_sample(kind: Kind, sample: Option<&str>) -> Self {
        Self {
            stated: sample.map(Value::from),
            ..Self::new(kind)
        }
    }
}

/// What is given in one place over what is given in another.
pub(super) fn laid_over(under: Option<Value>, over: Option<Value>) -> Option<Value> {
    match (under, over) {
        (Some(under), Some(over)) => Some(sample::laid_over(under, over)),
        (under, over) => over.or(under),
    }
}

/// What keeps two schemas at once.
pub(super) fn both(a: Meant, b: Meant) -> Meant {
    let is_none_besides = |one: &Meant| one.is_whole || one.is_free;
    let is_whole = (a.is_whole || b.is_whole) && is_none_besides(&a) && is_none_besides(&b);
    let stated = laid_over(b.stated, a.stated);
    let is_explicit = a.is_explicit || b.is_explicit;
    let is_free = a.is_free && b.is_free;
    let taken = Taken::both((a.taken, &a.shape), (b.taken, &b.shape));
    let hidden: BTreeSet<String> = a.hidden.into_iter().chain(b.hidden).collect();
    let mut shape = match (a.is_free, b.is_free) {
        (true, _) => Shape {
            nullable: a.shape.nullable || b.shape.nullable,
            ..b.shape
        },
        (_, true) => Shape {
            nullable: a.shape.nullable || b.shape.nullable,
            ..a.shape
        },
        _ => both_shapes(a.shape, b.shape),
    };
    // One part says where a member goes, another one may say that it must be there.
    if let Kind::Object(object) = &mut shape.kind {
        object.members.retain(|one| !hidden.contains(&one.name));
        object.without_unlisted();
    }
    Meant {
        shape,
        stated,
        is_explicit,
        is_free,
        is_whole,
        taken,
        hidden,
    }
}

fn both_shapes(a: Shape, b: Shape) -> Shape {
    let kind = match (a.kind, b.kind) {
        (Kind::Unknown | Kind::Mixed, kind) | (kind, Kind::Unknown | Kind::Mixed) => kind,
        (Kind::Object(a), Kind::Object(b)) => Kind::Object(both_objects(a, b)),
        (Kind::List(a), Kind::List(b)) => Kind::List(Box::new(both_shapes(*a, *b))),
        (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Integer,
        (Kind::Text, kind) | (kind, Kind::Text) if kind.is_text() => kind,
        (a, b) if a == b => a,
        _ => Kind::Mixed,
    };
    let mut domain = match (a.domain, b.domain) {
        (Some(a), Some(b)) => Some(Box::new(Domain::both(*a, *b))),
        (a, b) => a.or(b),
    };
    // Of several types that is said to be one, those are left that it may be.
    if let Some(domain) = &mut domain {
        domain.any_of.retain(|one| may_be(&kind, &one.kind));
        if kind != Kind::Mixed {
            domain.again = None;
        }
    }
    Shape {
        kind,
        varies: a.varies || b.varies,
        nullable: a.nullable || b.nullable,
        domain: domain.filter(|domain| **domain != Domain::default()),
    }
}

/// Whether a value of a type may be of another one.
fn may_be(kind: &Kind, other: &Kind) -> bool {
    let is_number = |kind: &Kind| matches!(kind, Kind::Integer | Kind::Number);
    kind.is_open()
        || other.is_open()
        || kind.type_of() == other.type_of()
        || (kind.is_text() && other.is_text())
        || (is_number(kind) && is_number(other))
}

fn both_objects(a: Object, b: Object) -> Object {
    let mut members = a.members;
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, member) in members.iter().enumerate() {
        places.insert(member.name.clone(), at);
    }
    for other in b.members {
        match places.get(&other.name) {
            Some(at) => {
                let member = &mut members[*at];
                let shape = std::mem::replace(&mut member.shape, Shape::of(Kind::Mixed));
                member.shape = both_shapes(shape, other.shape);
                let is_plain =
                    |optional: bool, when: &Option<Condition>| !optional && when.is_none();
                if is_plain(member.optional, &member.when) || is_plain(other.optional, &other.when)
                {
                    member.when = None;
                } else if member.optional {
                    member.when = other.when;
                }
                member.optional &= other.optional;
            }
            None => {
                places.insert(other.name.clone(), members.len());
                members.push(other);
            }
        }
    }
    let read_only: BTreeSet<String> = a.read_only.into_iter().chain(b.read_only).collect();
    Object {
        members,
        // Each part would bar the members of the other.
        closed: false,
        sealed: false,
        write_only: Vec::new(),
        read_only: read_only.into_iter().collect(),
        others: match (a.others, b.others) {
            (Some(a), Some(b)) => Some(Box::new(both_shapes(*a, *b))),
            (a, b) => a.or(b),
        },
        one_set_of: if a.one_set_of.is_empty() {
            b.one_set_of
        } else {
            a.one_set_of
        },
        name: None,
        examples: a.examples.and(b.examples),
    }
}

/// What keeps one of two schemas.
pub(super) fn either(a: Meant, b: Meant) -> Meant {
    let first = a.shape.clone();
    let is_explicit = a.is_explicit || b.is_explicit;
    let mut shape = a.shape.either(b.shape);
    if let Kind::Object(object) = &mut shape.kind
        && first.members().len() < object.members.len()
    {
        // It is neither of them.
        object.name = None;
    }
    let stated = match (&shape.kind, a.stated, b.stated) {
        (Kind::Object(object), a, b) => {
            let mut stated = laid_over(b, a).unwrap_or_else(|| Value::Object(Map::new()));
            // What is of any kind has a value of the first.
            for member in &object.members {
                let of_first = first.member(&member.name).map(|member| &member.shape);
                if member.shape.kind == Kind::Mixed
                    && let Some(shape) = of_first
                    && let Some(stated) = stated.as_object_mut()
                    && !stated.contains_key(&member.name)
                {
                    stated.insert(member.name.clone(), sample::filled(shape, None));
                }
            }
            Some(stated)
        }
        (Kind::Mixed, None, _) if !a.is_free => Some(sample::filled(&first, None)),
        (_, a, b) => a.or(b),
    };
    let hidden = a.hidden.into_iter().chain(b.hidden);
    Meant {
        is_free: a.is_free || b.is_free,
        is_explicit,
        stated,
        hidden: hidden.filter(|name| shape.member(name).is_none()).collect(),
        ..Meant::of(shape, None)
    }
}
