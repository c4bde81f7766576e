//! What the portal holds: resources made from the examples of the pages, and what was written.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::contract::{Contract, Format, Operation, OperationId, Parameter, ParameterType};
use crate::portal::values::Values;
use crate::profile::Profile;
use crate::shape::{Kind, Shape};

/// How many resources of a kind the portal holds.
const HELD: usize = 4;

/// The resources that each operation answers with, in the order of the contract's operations.
#[derive(Debug)]
pub(crate) struct Store {
    kept: Vec<Kept>,
}

/// The resources of one operation, in wire names.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Whether the operation answers with a list of them.
    pub(crate) is_list: bool,
    /// Whether the answer is the resources themselves, without an envelope.
    pub(crate) is_bare: bool,
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
    /// Makes the resources of every operation that has a JSON example.
    pub(crate) fn of(contract: &Contract, profile: &Profile) -> Self {
        let kept = contract
            .operations
            .iter()
            .map(|operation| kept(operation, profile).unwrap_or_default())
            .collect();
        Self { kept }
    }

    /// The resources of an operation, given by its place in the contract.
    pub(crate) fn kept(&self, operation: usize) -> &Kept {
        &self.kept[operation]
    }
}

impl Kept {
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

/// The values of a path parameter that the portal knows.
pub(crate) fn known(parameter: &Parameter, kept: &Kept, profile: &Profile) -> Vec<String> {
    if profile.identity_of(&parameter.name).is_some() && !kept.resources.is_empty() {
        return kept
            .resources
            .iter()
            .map(|resource| resource.id.to_string())
            .collect();
    }
    let mut known = parameter.examples();
    if parameter.value_type() == ParameterType::Integer
        && let Ok(example) = parameter.example.parse::<i64>()
    {
        known.push(example.saturating_add(1).to_string());
    }
    known
}

fn kept(operation: &Operation, profile: &Profile) -> Option<Kept> {
    let example = operation.response(Format::Json)?;
    let body: Value = serde_json::from_str(operation.source.slice(example.body)).ok()?;
    let answer = profile.answer(operation, Format::Json)?;
    let is_bare = answer.payload.is_none();
    let payload = match &answer.payload {
        Some(name) if !answer.is_bare => body.get(name)?,
        _ => &body,
    };
    let (is_list, example) = match payload {
        Value::Array(items) => (true, items.first()?),
        payload => (false, payload),
    };
    let documented = spoken(example, answer.resource(), profile);
    let complete = |value, which| completed(value, &documented, answer.resource(), which);
    let example = complete(documented.clone(), 0);
    let identity = operation
        .parameters
        .iter()
        .find_map(|parameter| profile.identity_of(&parameter.name))
        .map(|identity| profile.wire_name(&identity.member));
    let id = identity
        .as_ref()
        .and_then(|member| example.get(member)?.as_i64());
    let (Some(member), Some(id)) = (identity, id) else {
        return Some(Kept {
            is_list,
            is_bare,
            resources: vec![Resource {
                id: 0,
                value: example,
            }],
        });
    };
    let resources = (0..HELD)
        .zip(id..)
        .map(|(which, id)| {
            let mut values = Values { which, made: 0 };
            let mut value = if which == 0 {
                example.clone()
            } else {
                let other = values.other(&example, answer.resource());
                complete(other, which)
            };
            if let Some(place) = value.get_mut(&member) {
                *place = id.into();
            }
            Resource { id, value }
        })
        .collect();
    Some(Kept {
        is_list,
        is_bare,
        resources,
    })
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
                let name = profile.wire_name(name);
                let member = shape.member(&name)?;
                let value = spoken(value, &member.shape, profile);
                Some((name, value))
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
            for condition in object.conditions() {
                let is = documented[&condition.member].as_bool().unwrap_or_default();
                let is = is == which.is_multiple_of(2);
                members.insert(condition.member.clone(), is.into());
            }
            for member in &object.members {
                let is_met = member
                    .when
                    .as_ref()
                    .is_none_or(|when| members.get(&when.member) == Some(&Value::Bool(when.is)));
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
                    None => value,
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
