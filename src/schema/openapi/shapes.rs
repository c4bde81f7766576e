//! Shapes as schemas of an `OpenAPI` document; those that have a name are written once for all operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::schema::definitions::{is_name, same};
use crate::schema::domain::named_in_domain;
use crate::schema::evidence::Evidence;
use crate::schema::json::{conditional, sets};
use crate::shape::text::date_time_pattern;
use crate::shape::{Condition, Fraction, Kind, Member, Object, Shape};
use crate::source::Source;

/// The shapes with names, each with the text that documents it first.
#[derive(Debug, Default)]
pub(super) struct Shapes<'a> {
    named: BTreeMap<&'a str, (&'a Object, &'a Source)>,
    /// What they rest on.
    evidence: Evidence,
}

impl<'a> Shapes<'a> {
    /// None yet, with what all shapes of a contract rest on.
    pub(super) fn new(evidence: Evidence) -> Self {
        Self {
            named: BTreeMap::new(),
            evidence,
        }
    }

    /// Takes the named shapes in and below one; the first of a name holds.
    pub(super) fn collect(&mut self, shape: &'a Shape, source: &'a Source) {
        match &shape.kind {
            Kind::List(item) => self.collect(item, source),
            Kind::Object(object) => {
                if let Some(name) = object.name.as_deref()
                    && is_name(name)
                {
                    self.named.entry(name).or_insert((object, source));
                }
                for shape in object.shapes() {
                    self.collect(shape, source);
                }
            }
            _ => {}
        }
    }

    /// The schemas that others refer to, by name.
    pub(super) fn definitions(&self) -> Map<String, Value> {
        let all = self.named.iter();
        all.map(|(name, (object, source))| ((*name).to_owned(), self.object(object, source)))
            .collect()
    }

    /// The name to refer to, where this very shape is written elsewhere.
    fn name_of(&self, object: &Object) -> Option<&'a str> {
        let (name, (known, _)) = self.named.get_key_value(object.name.as_deref()?)?;
        same(known, object).then_some(name)
    }

    /// The schema of a shape that a text documents.
    pub(super) fn schema(&self, shape: &Shape, source: &Source) -> Value {
        let referred = |name: &str| {
            let reference = json!({"$ref": format!("#/components/schemas/{name}")});
            if shape.nullable {
                json!({"anyOf": [reference, {"type": "null"}]})
            } else {
                reference
            }
        };
        let again = shape.is_again();
        if let Some(name) = again.filter(|name| self.named.contains_key(*name)) {
            return referred(name);
        }
        let schema = match &shape.kind {
            Kind::Object(object) => match self.name_of(object) {
                Some(name) => return referred(name),
                None => {
                    let mut schema = self.object(object, source);
                    if let Some(name) = &object.name {
                        schema["x-name"] = name.as_str().into();
                    }
                    schema
                }
            },
            Kind::List(item) => json!({"type": "array", "items": self.schema(item, source)}),
            Kind::Text => json!({"type": "string"}),
            Kind::Integer => json!({"type": "integer"}),
            Kind::Number => json!({"type": "number"}),
            Kind::Boolean => json!({"type": "boolean"}),
            Kind::DateTime(Fraction::Any) => json!({"type": "string", "format": "date-time"}),
            Kind::DateTime(fraction @ Fraction::Digits(digits)) => json!({
                "type": "string",
                "format": "date-time",
                "pattern": format!("^{}$", date_time_pattern(*fraction)),
                "x-fraction-digits": digits,
            }),
            Kind::Guid => json!({"type": "string", "format": "uuid"}),
            Kind::Unknown => json!({"x-unknown": true}),
            Kind::Mixed => json!({}),
        };
        let schema = match (&shape.domain, schema) {
            (Some(domain), Value::Object(members)) => {
                let of = |one: &Shape| self.schema(one, source);
                Value::Object(named_in_domain(members, domain, shape.nullable, &of))
            }
            (_, schema) => schema,
        };
        match (shape.nullable, schema) {
            (true, Value::Object(mut members)) => {
                match members.get_mut("type") {
                    Some(kind) => *kind = json!([kind, "null"]),
                    None => {
                        members.insert("x-nullable".into(), true.into());
                    }
                }
                Value::Object(members)
            }
            (_, schema) => schema,
        }
    }

    fn object(&self, object: &Object, source: &Source) -> Value {
        let required: Vec<&str> = object
            .members
            .iter()
            .filter(|member| member.is_required())
            .map(|member| member.name.as_str())
            .collect();
        let members = object.members.iter();
        let for_requests = object.write_only.iter();
        let for_requests = for_requests.map(|name| (name.clone(), json!({"writeOnly": true})));
        let properties: Map<String, Value> = members
            .map(|member| (member.name.clone(), self.member(member, object, source)))
            .chain(for_requests)
            .collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if let Some(said) = self.evidence.of_object(object) {
            schema["description"] = said.into();
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if object.closed || object.sealed {
            schema["additionalProperties"] = false.into();
        } else if let Some(other) = &object.others {
            schema["additionalProperties"] = self.schema(other, source);
        }
        let conditional = conditional(object);
        if !conditional.is_empty() {
            schema["allOf"] = conditional.into();
        }
        if !object.one_set_of.is_empty() {
            schema["anyOf"] = sets(object);
        }
        schema
    }

    fn member(&self, member: &Member, object: &Object, source: &Source) -> Value {
        let mut schema = self.schema(&member.shape, source);
        if let Some(constant) = member.constant {
            schema["const"] = constant.into();
        }
        if object.read_only.contains(&member.name) {
            schema["readOnly"] = true.into();
        }
        match member.promised() {
            Some(span) => schema["x-documented-at"] = source.locate(span.start).into(),
            None => schema["x-of-profile"] = true.into(),
        }
        if member.documented != member.name {
            schema["x-documented-name"] = member.documented.as_str().into();
        }
        if let Some(said) = self.evidence.of_member(member, object) {
            schema["description"] = said.into();
        }
        if let Some(when) = &member.when {
            schema["x-when"] = condition(when, member, object);
        }
        schema
    }
}

/// On what a member depends, in documented names.
fn condition(when: &Condition, member: &Member, object: &Object) -> Value {
    let decider = object.members.iter().find(|one| one.name == when.member);
    let mut said = json!({
        "member": decider.map_or(&when.member, |decider| &decider.documented),
        "is": when.is,
        "only": when.only,
        "optional": member.optional,
    });
    if when.is_choice() {
        said["one-of"] = json!(when.one_of);
    }
    said
}
