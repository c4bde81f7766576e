//! What a write does, as far as a read tells it.

use serde::Deserialize;

use crate::contract::Operation;
use crate::names::Patterns;
use crate::profile::Profile;

/// How a write is read back.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Effect {
    /// The writes.
    pub operation: Patterns,
    /// The path that lists what is written: parameters of the write's path in braces, and without what
    /// asks for a format. The pages need not document it.
    #[serde(default)]
    pub read: String,
    /// The members that lead to the list, as documented, with `/` between; the payload, where nothing is
    /// said.
    pub list: Option<String>,
    /// The member of an item that holds the id, as documented.
    #[serde(default)]
    pub member: String,
    /// The parameter of the write whose values are those ids.
    #[serde(default)]
    pub parameter: String,
    /// Whether it is read back; `false` takes back what an entry before it says.
    #[serde(default = "super::yes")]
    pub is: bool,
    /// What it rests on.
    pub because: String,
}

impl Profile {
    /// How a write is read back; the last entry that means it says so.
    #[must_use]
    pub fn effect_of(&self, operation: &Operation) -> Option<&Effect> {
        let name = operation.id.as_str();
        let mut entries = self.effects.iter().rev();
        let entry = entries.find(|entry| entry.operation.mean(name))?;
        let is_whole = [&entry.read, &entry.member, &entry.parameter];
        let is_whole = is_whole.iter().all(|text| !text.is_empty());
        (operation.writes() && entry.is && is_whole).then_some(entry)
    }

    /// The members that lead to the list of an effect, as they are on the wire.
    #[must_use]
    pub fn way_to_list(&self, effect: &Effect) -> Vec<String> {
        match &effect.list {
            // Where there is no envelope, the whole answer is the list.
            None if self.envelope.payload.is_empty() => Vec::new(),
            None => vec![self.envelope.payload.clone()],
            Some(list) => list.split('/').map(|name| self.wire_name(name)).collect(),
        }
    }
}

impl Effect {
    /// Whether a documented path is the one that is read, whatever its parameters are called.
    #[must_use]
    pub fn is_read_by(&self, path: &str) -> bool {
        let is_same = |one: &str, other: &str| {
            let is_named = |step: &str| step.starts_with('{');
            one == other || (is_named(one) && is_named(other))
        };
        let (mut steps, mut others) = (self.read.trim_end_matches('/').split('/'), path.split('/'));
        loop {
            match (steps.next(), others.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if is_same(one, other) => {}
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{contract, page, profile};

    #[test]
    fn a_write_is_read_back_as_the_last_entry_says() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let of = |text: &str| {
            let text = format!("extends = \"community-server\"\nname = \"mine\"\n{text}");
            let profile = profile::parse("mine.toml", &text).unwrap();
            let operations = contract.operations.iter();
            let read = operations.filter_map(|one| Some(profile.effect_of(one)?.read.clone()));
            read.collect::<Vec<_>>()
        };
        assert_eq!(of(""), ["api/2.0/crm/contact/project/{projectid}"]);
        let off = "[[effect]]\noperation = \"post-crm-*\"\nis = false\nbecause = \"b\"\n";
        assert!(of(off).is_empty());
        let other = "[[effect]]\noperation = [\"post-crm-*\", \"get-*\"]\nread = \"a/{b}\"\nmember = \"id\"\n\
                     parameter = \"contactid\"\nbecause = \"b\"\n";
        assert_eq!(of(other), ["a/{b}"]);
        let profile = profile::load("as-documented").unwrap();
        let effect = &profile.effects[0];
        assert!(effect.is_read_by("api/2.0/crm/contact/project/{id}"));
        assert!(!effect.is_read_by("api/2.0/crm/contact/project"));
        assert!(!effect.is_read_by("api/2.0/crm/contact/project/{id}/x"));
        assert_eq!(profile.way_to_list(effect), ["response"]);
    }
}
