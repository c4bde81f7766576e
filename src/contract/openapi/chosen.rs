//! Which of several schemas the value of a member chooses.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::openapi::meant::Meant;
use crate::contract::openapi::tree::At;
use crate::shape::domain::Domain;
use crate::shape::{Condition, Kind, Shape};

/// What the values of one member choose among several schemas (`OpenAPI` 3.1, 4.8.25).
pub(super) struct Chosen<'a> {
    /// The member that chooses.
    pub(super) member: &'a str,
    /// The values that a document gives, each with the reference that it stands for.
    mapping: Vec<(&'a str, &'a str)>,
    /// For each schema the values that choose it, and the members that it asks for.
    choices: Vec<(Vec<String>, Vec<String>)>,
}

impl<'a> Chosen<'a> {
    pub(super) fn of(schema: At<'a>) -> Option<Self> {
        let discriminator = schema.get("discriminator")?;
        // What keeps no value of it may keep that one (`OpenAPI` 3.2, 4.25), so that no value is wrong.
        if discriminator.get("defaultMapping").is_some() {
            return None;
        }
        let mapping = discriminator.get("mapping").into_iter();
        let mapping = mapping.flat_map(At::entries);
        Some(Self {
            member: discriminator.get("propertyName")?.text()?,
            mapping: mapping
                .filter_map(|(name, reference)| Some((name.text()?, reference.text()?)))
                .collect(),
            choices: Vec::new(),
        })
    }

    /// Takes note of a schema: it is chosen by what the mapping says, else by the only values that it has itself,
    /// else by its name.
    pub(super) fn add(&mut self, place: At<'a>, shape: &Shape) {
        let reference = place.get("$ref").and_then(At::text).unwrap_or_default();
        let name = reference.rsplit('/').next().unwrap_or_default();
        let mapped = self.mapping.iter();
        let mapped = mapped.filter(|(_, to)| *to == reference || *to == name);
        let mut values: Vec<String> = mapped.map(|(value, _)| (*value).to_owned()).collect();
        let member = shape.member(self.member);
        if let (true, Some(domain)) = (
            values.is_empty(),
            member.and_then(|member| member.shape.domain.as_deref()),
        ) {
            let listed = domain.one_of.iter().filter_map(Value::as_str);
            values = listed.map(str::to_owned).collect();
        }
        if values.is_empty() && !name.is_empty() {
            values.push(name.to_owned());
        }
        let asked = shape.members().iter();
        let asked = asked.filter(|member| member.is_required());
        let asked = asked.map(|member| member.name.clone());
        self.choices.push((values, asked.collect()));
    }

    /// Which schema is chosen by a value that stands beside all of them.
    pub(super) fn named(&self, beside: &Meant) -> Option<usize> {
        let value = beside.stated.as_ref()?.get(self.member)?.as_str()?;
        let mut choices = self.choices.iter();
        choices.position(|(values, _)| values.iter().any(|one| one == value))
    }

    /// Has what keeps any of the schemas keep the one that is chosen: what that asks for is there, and the member
    /// that chooses has a value that does: of a request that of the schema at this place.
    pub(super) fn lay_over(self, any: &mut Meant, taken: usize) {
        let Kind::Object(object) = &mut any.shape.kind else {
            return;
        };
        let mut decides = object.members.iter();
        let is_text = decides.any(|one| one.name == self.member && one.shape.kind == Kind::Text);
        let all: Vec<&String> = self.choices.iter().flat_map(|(values, _)| values).collect();
        let mut once = HashSet::new();
        // What one value chooses twice, it does not choose.
        if !is_text || !all.iter().all(|value| once.insert(*value)) {
            return;
        }
        for member in &mut object.members {
            if member.name == self.member {
                if self.choices.iter().all(|(values, _)| !values.is_empty()) {
                    let values = all.iter().map(|value| Value::from(value.as_str()));
                    member.shape.narrow(Domain {
                        one_of: values.collect(),
                        ..Domain::default()
                    });
                }
                continue;
            }
            if !member.optional || member.when.is_some() {
                continue;
            }
            let asking = self.choices.iter();
            let asking = asking.filter(|(_, asked)| asked.contains(&member.name));
            let one_of: Vec<String> = asking.flat_map(|(values, _)| values.clone()).collect();
            if !one_of.is_empty() {
                member.optional = false;
                member.when = Some(Condition {
                    member: self.member.to_owned(),
                    is: true,
                    one_of,
                    only: false,
                });
            }
        }
        // The value that is shown is one that chooses.
        let first = self.choices.get(taken);
        let first = first.and_then(|(values, _)| values.first());
        let first = first.or(all.first().copied());
        if let (Some(Value::Object(stated)), Some(first)) = (&mut any.stated, first) {
            let shown = stated.get(self.member).and_then(Value::as_str);
            if !all.iter().any(|value| Some(value.as_str()) == shown) {
                stated.insert(self.member.to_owned(), first.as_str().into());
            }
        }
    }
}
