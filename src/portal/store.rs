//! What the portal holds: resources made from the examples of the pages, and what was written.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use crate::contract::{Contract, Format, Operation, OperationId, Parameter, ParameterType};
use crate::portal::values::Values;
use crate::profile::{Effect, Named, Profile, Repeating};
use crate::shape::{Kind, Shape};

/// How many resources of a kind the portal holds.
const HELD: usize = 4;

/// The resources that each operation answers with, in the order of the contract's operations; made when
/// they are asked for first, as few of many operations may be.
#[derive(Debug)]
pub(crate) struct Store {
    contract: Arc<Contract>,
    profile: Arc<Profile>,
    kept: Vec<OnceLock<Holdings>>,
    effects: OnceLock<Vec<(usize, Effect)>>,
}

/// The resources of one operation, in wire names.
#[derive(Debug, Default)]
pub(crate) struct Holdings {
    /// Whether the operation answers with a list of them.
    pub(crate) is_list: bool,
    /// Whether the answer is the resources themselves, without an envelope.
    pub(crate) is_bare: bool,
    /// The parameter whose values are the ids of the resources, where one's are.
    pub(crate) parameter: Option<String>,
    /// The parameters that name what must be there.
    pub(crate) naming: Vec<String>,
    /// The resources; the first is the documented example.
    pub(crate) resources: Vec<Resource>,
}

/// One resource, such as a contact.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The value of the member that identifies it; 0 where nothing does.
    pub(crate) id: i64,
    /// Its members in wire names.
    pub(crate) value: Value,
}

/// What has been written: operation, place and resource, each once.
pub(crate) type Written = BTreeSet<(OperationId, Vec<String>, i64)>;

impl Store {
    /// What a portal of this contract and profile holds.
    pub(crate) fn of(contract: &Arc<Contract>, profile: &Arc<Profile>) -> Self {
        Self {
            contract: Arc::clone(contract),
            profile: Arc::clone(profile),
            kept: contract
                .operations
                .iter()
                .map(|_| OnceLock::new())
                .collect(),
            effects: OnceLock::new(),
        }
    }

    /// The writes whose answers name what is read back, by their places in the contract, and how that is read.
    pub(crate) fn effects(&self) -> &[(usize, Effect)] {
        self.effects.get_or_init(|| {
            let operations = self.contract.operations.iter().enumerate();
            let effects = operations.filter_map(|(at, operation)| {
                let effect = self.profile.effect_of(operation)?;
                let named = self.profile.identity_of(operation)?;
                (named.parameter == effect.parameter).then(|| (at, effect.clone()))
            });
            effects.collect()
        })
    }

    /// The resources of an operation, given by its place in the contract.
    pub(crate) fn kept(&self, operation: usize) -> &Holdings {
        let made = || Holdings::of(&self.contract.operations[operation], &self.profile);
        self.kept[operation].get_or_init(made)
    }
}

impl Holdings {
    /// Makes the resources of an operation; none where it documents no answer.
    pub(crate) fn of(operation: &Operation, profile: &Profile) -> Self {
        let named = profile.named(operation);
        let kept = kept(operation, profile, &named).unwrap_or_default();
        Self {
            naming: named.into_iter().map(|named| named.parameter).collect(),
            ..kept
        }
    }

    /// The resource of an id.
    pub(crate) fn resource(&self, id: i64) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    /// The resource after another one; the first after the last.
    pub(crate) fn after(&self, one: &Resource) -> Option<&Resource> {
        let at = self.resources.iter().position(|other| other.id == one.id)?;
        self.resources.get((at + 1) % self.resources.len())
    }
}

/// The ids of a parameter's resources where no page says one; the first stands in for any value that nobody
/// gives.
pub(crate) const STAND_IN: i64 = 1;

/// Whether the portal knows a value of a path parameter. Where no page gives one, any is known, but of what
/// names something only those that stand in.
pub(crate) fn is_known(parameter: &Parameter, value: &str, kept: &Holdings) -> bool {
    if kept.parameter.as_ref() == Some(&parameter.name) {
        return kept.resources.iter().any(|one| one.id.to_string() == value);
    }
    let documented = parameter.examples();
    let after = || {
        let example = parameter.example.parse::<i64>().ok()?;
        Some(example.saturating_add(1).to_string())
    };
    if documented.iter().all(String::is_empty) {
        let stand_ins = [STAND_IN, STAND_IN + 1].map(|id| id.to_string());
        return !kept.naming.contains(&parameter.name) || stand_ins.iter().any(|one| one == value);
    }
    documented.iter().any(|one| one == value)
        || (parameter.value_type() == ParameterType::Integer && after().as_deref() == Some(value))
}

/// The parameters of an operation whose numbers are ids of the resources that it answers with, and which ids
/// there are.
pub(crate) fn ids<'a>(
    operation: &'a Operation,
    profile: &Profile,
) -> Option<(&'a Parameter, Vec<i64>)> {
    profile.identity_of(operation)?;
    let kept = Holdings::of(operation, profile);
    let name = kept.parameter?;
    let mut parameters = operation.parameters.iter();
    let parameter = parameters.find(|parameter| parameter.name == name)?;
    Some((parameter, kept.resources.iter().map(|one| one.id).collect()))
}

fn kept(operation: &Operation, profile: &Profile, named: &[Named]) -> Option<Holdings> {
    let example = operation.response(Format::Json)?;
    let body: Value = serde_json::from_str(operation.source.slice(example.body)).ok()?;
    let answer = profile.answer(operation, Format::Json)?;
    let payload = profile.shown_payload(&answer, &body)?;
    let (is_list, example) = match payload {
        Value::Array(items) => (true, items.first()),
        payload => (false, Some(payload)),
    };
    let kept = Holdings {
        is_list,
        is_bare: answer.payload.is_none(),
        ..Holdings::default()
    };
    let Some(example) = example else {
        return Some(kept);
    };
    let documented = spoken(example, answer.resource(), profile);
    let complete = |value, which| completed(value, &documented, answer.resource(), which);
    let example = complete(documented.clone(), 0);
    let Some((parameter, member)) = identity(operation, named, &example) else {
        return Some(Holdings {
            resources: vec![Resource {
                id: 0,
                value: example,
            }],
            ..kept
        });
    };
    // Whatever else is left out at its default, an id is none.
    let place = member.place();
    let with_id = |mut value: Value, id: Value| {
        put_id(&mut value, &member, id);
        value
    };
    if example.pointer(&place).is_some_and(|id| !id.is_i64()) {
        // Of texts, one is known: that for which the page asks.
        let asked = parameter.examples().into_iter().next().unwrap_or_default();
        let is_any = parameter
            .shape
            .as_deref()
            .is_some_and(|shape| shape.kind == Kind::Text);
        let asked = if asked.is_empty() && is_any {
            STAND_IN.to_string()
        } else {
            asked
        };
        let is_text = example.pointer(&place).is_some_and(Value::is_string) && !asked.is_empty();
        let value = if is_text {
            with_id(example, asked.into())
        } else {
            example
        };
        return Some(Holdings {
            resources: vec![Resource { id: 0, value }],
            ..kept
        });
    }
    let resources = ids_of(parameter)
        .into_iter()
        .enumerate()
        .map(|(which, id)| {
            let mut values = Values { which, made: 0 };
            let value = if which == 0 {
                example.clone()
            } else {
                let other = values.other(&example, answer.resource());
                complete(other, which)
            };
            Resource {
                id,
                value: with_id(value, id.into()),
            }
        });
    Some(Holdings {
        parameter: Some(parameter.name.clone()),
        resources: resources.collect(),
        ..kept
    })
}

/// The parameter that names a resource, and the member of the example that repeats it.
fn identity<'a>(
    operation: &'a Operation,
    named: &[Named],
    example: &Value,
) -> Option<(&'a Parameter, Repeating)> {
    let (name, member) = named
        .iter()
        .find_map(|named| Some((&named.parameter, named.member.as_ref()?)))?;
    example.pointer(&member.place())?;
    let mut parameters = operation.parameters.iter();
    let parameter = parameters.find(|parameter| parameter.name == *name)?;
    Some((parameter, member.clone()))
}

/// Has a resource have an id, where it has the objects in which that stands.
pub(crate) fn put_id(value: &mut Value, member: &Repeating, id: Value) {
    let mut inner = Some(value);
    for step in &member.within {
        inner = inner.and_then(|value| value.get_mut(step));
    }
    if let Some(members) = inner.and_then(Value::as_object_mut) {
        members.insert(member.wire.clone(), id);
    }
}

/// The ids of the resources that a parameter names: those that the page asks for, and some after them.
fn ids_of(parameter: &Parameter) -> Vec<i64> {
    let mut ids = Vec::new();
    for example in parameter.examples() {
        match example.parse::<i64>() {
            Ok(id) if !ids.contains(&id) => ids.push(id),
            _ => {}
        }
    }
    if ids.is_empty() {
        ids.push(STAND_IN);
    }
    let mut next = ids[0];
    while ids.len() < HELD {
        next = next.saturating_add(1);
        if !ids.contains(&next) {
            ids.push(next);
        }
    }
    ids
}

/// A documented value as the profile speaks: wire names, and no member that it never sends.
fn spoken(documented: &Value, shape: &Shape, profile: &Profile) -> Value {
    match documented {
        Value::Array(items) => {
            let item = match &shape.kind {
                Kind::List(item) => item,
                _ => shape,
            };
            items
                .iter()
                .map(|value| spoken(value, item, profile))
                .collect()
        }
        Value::Object(members) => members
            .iter()
            .filter_map(|(name, value)| {
                let wire = profile.wire_name(name);
                if let Some(member) = shape.member(&wire) {
                    return Some((wire, spoken(value, &member.shape, profile)));
                }
                let others = match &shape.kind {
                    Kind::Object(object) => object.others.as_deref()?,
                    _ => return None,
                };
                Some((name.clone(), spoken(value, others, profile)))
            })
            .collect(),
        value => value.clone(),
    }
}

/// A resource with the members that only the profile knows, and without those that are left out at
/// their default, or must not stand where they do.
///
/// The boolean members that decide about others say what is documented in the first resource, the
/// other thing in the second, and so on.
fn completed(value: Value, documented: &Value, shape: &Shape, which: usize) -> Value {
    match (value, &shape.kind) {
        (Value::Array(items), Kind::List(item)) => items
            .into_iter()
            .map(|value| completed(value, &documented[0], item, which))
            .collect(),
        (Value::Object(mut members), Kind::Object(object)) => {
            let flags = object.conditions().into_iter();
            for condition in flags.filter(|condition| !condition.is_choice()) {
                let is = documented[&condition.member].as_bool().unwrap_or_default();
                let is = is == which.is_multiple_of(2);
                members.insert(condition.member.clone(), is.into());
            }
            for member in &object.members {
                let is_met = member
                    .when
                    .as_ref()
                    .is_none_or(|when| when.says(members.get(&when.member), when.is));
                if member.promised().is_none() {
                    members.remove(&member.name);
                    if is_met {
                        let sample = sample(&member.shape, &members);
                        members.insert(member.name.clone(), sample);
                    }
                } else if member.when.as_ref().is_some_and(|when| when.only) {
                    if !is_met {
                        members.remove(&member.name);
                    } else if !members.contains_key(&member.name) {
                        let value = documented[&member.name].clone();
                        members.insert(member.name.clone(), value);
                    }
                }
                // What is left out at its default has another value in the resources that have everything.
                let is_free = member.optional && member.shape.domain.is_none();
                let other = match members.get(&member.name).filter(|_| is_free) {
                    Some(Value::Bool(false)) => Value::Bool(true),
                    Some(value) if *value == 0 => 1.into(),
                    _ => continue,
                };
                if which < 2 {
                    members.insert(member.name.clone(), other);
                } else {
                    members.remove(&member.name);
                }
            }
            let members = members.into_iter().map(|(name, value)| {
                let inner = object.members.iter().find(|member| member.name == name);
                let value = match inner {
                    Some(member) => {
                        let documented = documented.get(&name).unwrap_or(&value).clone();
                        completed(value, &documented, &member.shape, which)
                    }
                    None => match &object.others {
                        Some(other) => {
                            let documented = documented.get(&name).unwrap_or(&value).clone();
                            completed(value, &documented, other, which)
                        }
                        None => value,
                    },
                };
                (name, value)
            });
            members.collect()
        }
        (value, _) => value,
    }
}

/// A value of a member that no page documents; one of an object is taken from the members around it.
fn sample(shape: &Shape, around: &Map<String, Value>) -> Value {
    let listed = shape
        .domain
        .as_ref()
        .and_then(|domain| domain.one_of.first());
    if let Some(value) = listed {
        return value.clone();
    }
    match &shape.kind {
        Kind::Object(object) => object
            .members
            .iter()
            .filter_map(|member| Some((member.name.clone(), around.get(&member.name)?.clone())))
            .collect(),
        Kind::List(_) => Value::Array(Vec::new()),
        Kind::Integer | Kind::Number => 3.into(),
        Kind::Boolean => true.into(),
        _ => "Ünïcödé & more".into(),
    }
}
