//! What writes leave behind, and how it is read back.

use http::Method;
use http::request::Parts;
use serde_json::Value;

use crate::contract::Format;
use crate::portal::change::{Keeping, Policy, ReadBack};
use crate::portal::credential::Keys;
use crate::portal::engine::Engine;
use crate::portal::engine::question::{Altered, Question, named};
use crate::portal::envelope;
use crate::portal::objection::Objection;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::route;
use crate::portal::store::Resource;

impl Engine {
    /// Keeps what was written; whether any of it is new.
    pub(super) fn write(
        &self,
        question: &Question<'_>,
        resources: &[&Resource],
        altered: Altered<'_>,
    ) -> bool {
        let keeps = |keeping| altered.has(Policy::Keep(keeping));
        let values = question.values.iter().map(|(_, value)| value.clone());
        let mut place: Vec<String> = values.collect();
        if keeps(Keeping::Elsewhere)
            && let Some(last) = place.last_mut()
        {
            last.push('1');
        }
        let mut history = self.history();
        history.is_alone |= keeps(Keeping::Alone);
        let mut changed = false;
        for resource in resources {
            let entry = (question.operation.id.clone(), place.clone(), resource.id);
            changed |= if altered.is_trial {
                !history.written.contains(&entry)
            } else {
                !keeps(Keeping::Nowhere) && history.written.insert(entry)
            };
        }
        changed
    }

    /// Keeps what a question asks to write, whoever asks.
    pub(super) fn write_all_the_same(&self, question: &Question<'_>) {
        let ids = named(question, &self.deployment.profile).into_iter();
        let resources: Vec<&Resource> = ids.filter_map(|id| question.kept.resource(id)).collect();
        self.write(question, &resources, Altered::default());
    }

    /// The list of what was written, where the profile says that a path reads it and no page documents it.
    ///
    /// The last of the resources held was there before all writes.
    pub(super) fn read_back(&self, parts: &Parts, path: &str, format: Format) -> Option<Reply> {
        let deployment = &self.deployment;
        let profile = &deployment.profile;
        if parts.method != Method::GET {
            return None;
        }
        let mut effects = self.store.effects().iter();
        let (at, values) = effects.find_map(|(at, effect)| {
            let values = route::values(&effect.read, path, profile)?;
            Some((*at, values))
        })?;
        let operation = &deployment.contract.operations[at];
        let change = deployment.change.as_ref();
        let change = change.filter(|change| change.scope.covers(Some(&operation.id), format));
        let altered = Altered {
            change,
            turn: 1,
            ..Altered::default()
        };
        if altered
            .policies()
            .any(|policy| matches!(policy, Policy::ReadBack(_)))
        {
            self.shown().insert((operation.id.clone(), format));
        }
        if let Some(status) = altered.policies().find_map(|policy| match policy {
            Policy::ReadBack(ReadBack::NotOffered(status)) => Some(status),
            _ => None,
        }) {
            let refusal = Refusal::unrouted(Objection::Path, status, profile);
            return Some(self.refuse(&refusal, format));
        }
        let keys = Keys {
            token: &deployment.token,
            account: &deployment.account,
            policies: &[],
        };
        if let Err(refusal) = keys.open(parts, &operation.ways, profile) {
            return Some(self.refuse(&refusal, format));
        }
        let kept = self.store.kept(at);
        let place: Vec<String> = values.into_iter().map(|(_, value)| value).collect();
        let reads = |manner| altered.has(Policy::ReadBack(manner));
        let mut history = self.history();
        history.read_back += 1;
        let before = kept.resources.last().filter(|_| !history.is_alone);
        let others = kept.resources.iter().rev().nth(1);
        let others = others.filter(|_| reads(ReadBack::Growing) && history.read_back > 2);
        let ids = history.ids_written(&operation.id, &place);
        drop(history);
        let mut listed: Vec<&Resource> = before.into_iter().collect();
        for resource in ids.iter().filter_map(|id| kept.resource(*id)).chain(others) {
            if !listed.iter().any(|other| other.id == resource.id) {
                listed.push(resource);
            }
        }
        if reads(ReadBack::Twice) {
            listed.extend(listed.clone());
        }
        if reads(ReadBack::Reversed) {
            listed.reverse();
        }
        let payload = listed
            .iter()
            .map(|resource| resource.value.clone())
            .collect();
        let status = profile.success_codes_of("GET").first().copied();
        let status = status.unwrap_or(200);
        Some(self.written(&envelope::of(profile, status, payload), status, format))
    }

    /// What was written and stands in a list that the pages document, beside its example.
    pub(super) fn also_listed(&self, question: &Question<'_>) -> Vec<Value> {
        let profile = &self.deployment.profile;
        let Some(first) = question.kept.resources.first() else {
            return Vec::new();
        };
        if question.operation.method != "GET" || !question.kept.is_list {
            return Vec::new();
        }
        let mut effects = self.store.effects().iter();
        let read = effects.find(|(_, effect)| effect.is_read_by(&question.operation.path));
        let Some((at, effect)) = read else {
            return Vec::new();
        };
        let write = &self.deployment.contract.operations[*at];
        let place: Vec<String> = question
            .values
            .iter()
            .map(|(_, value)| value.clone())
            .collect();
        let member = profile.wire_name(&effect.member);
        let ids = self.history().ids_written(&write.id, &place);
        let known = first.value.get(&member).cloned();
        ids.into_iter()
            .filter(|id| known.as_ref() != Some(&Value::from(*id)))
            .map(|id| {
                let mut value = first.value.clone();
                if let Some(place) = value.get_mut(&member) {
                    *place = id.into();
                }
                value
            })
            .collect()
    }
}
