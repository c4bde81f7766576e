//! What PUT and PATCH leave of a resource: what they send in the place of what was there, as far as it fits there.

use serde_json::{Map, Value};

use crate::contract::{Format, Operation};
use crate::portal::engine::Engine;
use crate::portal::engine::question::Question;
use crate::portal::store::{Resource, put_id};
use crate::profile::Repeating;
use crate::shape::{Fraction, Kind, Member, Shape, text};

/// What was sent of one resource, in wire names.
#[derive(Debug, Default)]
pub(super) struct Overwritten {
    /// The member that holds its id, where one does.
    id: Option<String>,
    members: Map<String, Value>,
}

impl Engine {
    /// Keeps what a write sends of the resource that its path names.
    pub(super) fn overwrite(&self, question: &Question<'_>) {
        if !matches!(question.operation.method.as_str(), "PUT" | "PATCH") {
            return;
        }
        let Ok(Value::Object(sent)) = serde_json::from_slice(question.body) else {
            return;
        };
        let profile = &self.deployment.profile;
        let Some(read) = self.read_at(&question.operation.path) else {
            return;
        };
        let Some(answer) = profile.answer(read, Format::Json) else {
            return;
        };
        let sent = sent
            .into_iter()
            .map(|(name, value)| (profile.wire_name(&name), value));
        let sent = sent.filter(|(name, value)| {
            let member = answer.resource().member(name);
            member.is_some_and(|member| value.is_object() || fits(value, &member.shape))
        });
        let mut history = self.history();
        let kept = history.overwritten.entry(question.place()).or_default();
        kept.members.extend(sent);
        kept.id = self.id_member(read);
    }

    /// Resources as they were written last: the one that the path names, or those below it by their ids; `None` where
    /// nothing was.
    pub(super) fn as_written(
        &self,
        question: &Question<'_>,
        resources: &[&Resource],
    ) -> Option<Vec<Resource>> {
        let history = self.history();
        if history.overwritten.is_empty() {
            return None;
        }
        let place = question.place();
        let profile = &self.deployment.profile;
        let answer = profile.answer(question.operation, Format::Json)?;
        let id = self.id_member(question.operation);
        let within = self.repeating(question.operation);
        let within = within.filter(|member| member.own().is_none());
        let written = resources.iter().map(|resource| {
            let mut value = resource.value.clone();
            let kept = if question.kept.is_list {
                history.overwritten.iter().find(|(at, kept)| {
                    let last = at.strip_prefix(&place).and_then(|at| at.strip_prefix('/'));
                    let own = kept.id.as_ref().and_then(|id| value.get(id));
                    last.zip(own).is_some_and(|(last, own)| match own {
                        Value::String(own) => own == last,
                        own => own.as_i64().is_some_and(|own| last.parse() == Ok(own)),
                    })
                })
            } else {
                history.overwritten.get_key_value(&place)
            };
            if let Some((_, kept)) = kept {
                let ids = [&id, &kept.id];
                let mut sent = kept.members.clone();
                sent.retain(|name, _| !ids.iter().any(|id| id.as_ref() == Some(name)));
                let own = within
                    .as_ref()
                    .and_then(|id| value.pointer(&id.place()).cloned());
                put(&mut value, &Value::Object(sent), answer.resource());
                // What is sent around a resource may name another one.
                if let Some((member, own)) = within.as_ref().zip(own) {
                    put_id(&mut value, member, own);
                }
            }
            Resource {
                id: resource.id,
                value,
            }
        });
        Some(written.collect())
    }

    /// The operation that reads what is at a path.
    fn read_at(&self, path: &str) -> Option<&Operation> {
        let mut operations = self.deployment.contract.operations.iter();
        operations.find(|one| one.method == "GET" && one.path == path)
    }

    /// The member of a resource that holds the id that is asked for, where the resource itself has it.
    fn id_member(&self, operation: &Operation) -> Option<String> {
        self.repeating(operation)?.own().map(str::to_owned)
    }

    fn repeating(&self, operation: &Operation) -> Option<Repeating> {
        let named = self.deployment.profile.named(operation);
        named.into_iter().find_map(|named| named.member)
    }
}

/// Puts what was sent in the place of what is there.
fn put(value: &mut Value, sent: &Value, shape: &Shape) {
    match (value, sent) {
        (Value::Object(members), Value::Object(sent)) => {
            let both = sent.iter().filter_map(|(name, sent)| {
                let is_free = |member: &&Member| member.when.is_none() && member.constant.is_none();
                Some((shape.member(name).filter(is_free)?, sent))
            });
            for (member, sent) in both {
                if let Some(value) = members.get_mut(&member.name) {
                    put(value, sent, &member.shape);
                }
            }
        }
        (value, sent) if fits(sent, shape) => *value = sent.clone(),
        _ => {}
    }
}

fn fits(sent: &Value, shape: &Shape) -> bool {
    let domain = shape.domain.as_deref();
    let is_kind = match (&shape.kind, sent) {
        (Kind::List(item), Value::Array(items)) => items.iter().all(|one| fits(one, item)),
        (Kind::Text, Value::String(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Number, Value::Number(_)) => true,
        (Kind::Guid, Value::String(token)) => text::is_guid(token),
        (Kind::DateTime(fraction), Value::String(token)) => {
            text::is_date_time(token, *fraction) && *fraction == Fraction::Any
        }
        (Kind::Integer, Value::Number(number)) => number.is_i64(),
        _ => false,
    };
    is_kind && domain.is_none_or(|domain| domain.outside(sent).is_none())
}
