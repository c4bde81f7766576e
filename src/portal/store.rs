//! What the portal holds: resources made from the examples of the pages, and what was written.

use std::collections::BTreeSet;

use serde_json::Value;

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
    let mut known = vec![parameter.example.clone()];
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
    let payload = match &answer.payload {
        Some(name) => body.get(name)?,
        None => &body,
    };
    let (is_list, example) = match payload {
        Value::Array(items) => (true, items.first()?),
        payload => (false, payload),
    };
    let example = spoken(example, answer.resource(), profile);
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
                values.other(&example, answer.resource())
            };
            if let Some(place) = value.get_mut(&member) {
                *place = id.into();
            }
            Resource { id, value }
        })
        .collect();
    Some(Kept { is_list, resources })
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
