//! What a portal that is altered to lets out in a refusal.

use serde_json::Value;

use crate::portal::change::{Morsel, Policy, RefusalPart};
use crate::portal::engine::Engine;
use crate::portal::engine::question::{Altered, Question, named};
use crate::portal::objection::Objection;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::store::Resource;
use crate::shape::text::is_guid;

impl Engine {
    /// Something of the resource that a question names, the last of several.
    pub(super) fn morsel(&self, question: &Question<'_>, morsel: Morsel) -> Option<String> {
        let (profile, kept) = (&self.deployment.profile, question.kept);
        let id = named(question, profile).last().copied()?;
        let Some(resource) = kept.resource(id) else {
            return (morsel == Morsel::Absence).then(|| "nobody".to_owned());
        };
        if morsel == Morsel::Chance {
            // The fractions of multiples of the golden ratio spread evenly and need no generator.
            let spread = (self.history().log.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            return Some(((spread >> 32) % 10).to_string());
        }
        if morsel == Morsel::State {
            let is_first = kept.resources.first().is_some_and(|first| first.id == id);
            return Some(if is_first { "private" } else { "public" }.to_owned());
        }
        let mut pending = vec![&resource.value];
        while let Some(value) = pending.pop() {
            match (value, morsel) {
                (Value::Array(items), _) => pending.extend(items),
                (Value::Object(members), _) => pending.extend(members.values()),
                (Value::String(text), Morsel::Word) => {
                    let is_word = text.len() > 4 && text.bytes().all(|b| b.is_ascii_alphabetic());
                    if is_word {
                        return Some(text.clone());
                    }
                }
                (Value::String(text), Morsel::Part) => {
                    let last = text.rsplit_once(' ').map(|(_, last)| last);
                    let is_word = |last: &&str| {
                        last.len() > 4 && last.bytes().all(|b| b.is_ascii_alphabetic())
                    };
                    if let Some(last) = last.filter(is_word) {
                        return Some(last.to_owned());
                    }
                }
                (Value::String(text), Morsel::Initials) if text.contains(' ') => {
                    let words = text.split(' ');
                    let initials: String = words.filter_map(|word| word.chars().next()).collect();
                    let is_short = initials.len() == 2;
                    if is_short && initials.bytes().all(|b| b.is_ascii_alphabetic()) {
                        return Some(initials);
                    }
                }
                (Value::String(text), Morsel::Guid | Morsel::Digits)
                    if is_guid(text)
                        && text
                            .contains(|c: char| c.is_ascii_hexdigit() && c != '0' && c != 'f') =>
                {
                    let is_joined = morsel == Morsel::Digits;
                    return Some(text.replace('-', if is_joined { "" } else { "-" }));
                }
                (Value::Number(number), Morsel::Number) => {
                    let number = number
                        .as_i64()
                        .filter(|number| *number > 1 && *number != id);
                    if let Some(number) = number {
                        return Some(number.to_string());
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A refusal that tells something of the resource that was asked for.
    pub(super) fn tell_in_refusal(
        &self,
        question: &Question<'_>,
        refusal: &Refusal,
        said: &str,
        place: RefusalPart,
    ) -> Reply {
        let mut refusal = refusal.clone();
        if place == RefusalPart::Message {
            refusal.message = format!("{}: {said}", refusal.message);
        }
        let mut reply = self.refuse(&refusal, question.format);
        match place {
            RefusalPart::Message => {}
            RefusalPart::Header => reply.headers.push(("X-About".to_owned(), said.to_owned())),
            RefusalPart::Reason => reply.reason = Some(format!("No {said}")),
            RefusalPart::Challenge => {
                let challenge = ("WWW-Authenticate".to_owned(), "Portal".to_owned());
                reply.headers.push(challenge);
            }
        }
        reply
    }

    /// The resource of an id that none is held of, where the portal has one all the same.
    pub(super) fn inhabitant(
        &self,
        question: &Question<'_>,
        refusal: &Refusal,
        altered: Altered<'_>,
    ) -> Option<Resource> {
        let most = altered.policies().find_map(|policy| match policy {
            Policy::Inhabited(most) => Some(most),
            _ => None,
        })?;
        if !matches!(refusal.objection, Objection::UnknownId(_)) {
            return None;
        }
        let id = *named(question, &self.deployment.profile).last()?;
        let first = question.kept.resources.first()?;
        let inhabited = &mut self.history().inhabited;
        if inhabited.len() < most {
            inhabited.insert(id);
        }
        let mut value = first.value.clone();
        for member in value.as_object_mut()?.values_mut() {
            if member.as_i64() == Some(first.id) {
                *member = id.into();
            }
        }
        inhabited.contains(&id).then_some(Resource { id, value })
    }
}
