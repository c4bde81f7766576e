//! Resources and refusals as they are written to the wire.

use serde_json::Value;

use crate::contract::Format;
use crate::portal::change::{Act, markup, spelling, tree};
use crate::portal::engine::Engine;
use crate::portal::engine::question::{Altered, Question};
use crate::portal::envelope;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::store::Resource;
use crate::portal::xml::Element;
use crate::profile::RefusalBody;

impl Engine {
    /// Resources as an answer.
    pub(super) fn tell(
        &self,
        question: &Question<'_>,
        resources: &[&Resource],
        status: u16,
        altered: Altered<'_>,
    ) -> Reply {
        self.tell_more(question, resources, Vec::new(), status, altered)
    }

    /// The same with more items, where the answer is a list.
    pub(super) fn tell_more(
        &self,
        question: &Question<'_>,
        resources: &[&Resource],
        more: Vec<Value>,
        status: u16,
        altered: Altered<'_>,
    ) -> Reply {
        let profile = &self.deployment.profile;
        // These have no content (RFC 9110, 15.3.5 and 15.3.6).
        if matches!(status, 204 | 205) && question.operation.has_no_body {
            return Reply::empty(status);
        }
        let values = resources.iter().map(|resource| resource.value.clone());
        let values = values.chain(more);
        let payload = if question.kept.is_list {
            values.collect()
        } else {
            values.into_iter().next().unwrap_or(Value::Null)
        };
        let mut answer = if question.kept.is_bare {
            payload
        } else {
            envelope::of(profile, status, payload)
        };
        let name = profile.envelope.payload.as_str();
        let name = (!question.kept.is_bare).then_some(name);
        let is_list = question.kept.is_list;
        for act in altered.acts() {
            if let Act::Tree(selector, edit) = act
                && let Some(steps) = selector.steps_from_answer(name, is_list)
            {
                tree::apply(&mut answer, &steps, edit, altered.turn);
            }
        }
        let body = match question.format {
            Format::Json => spelling::write(&answer, altered.spelling()),
            Format::Xml => {
                let name_of_root = profile.root(question.operation);
                let booleans = profile.booleans(question.operation);
                let list = profile.root_list(question.operation);
                let item = list.map(|list| list.item.unwrap_or_else(|| "item".to_owned()));
                let mut root = Element::of(&name_of_root, &answer, &booleans);
                if let Some(item) = item {
                    root.call_items(&item);
                }
                for act in altered.acts() {
                    if let Act::Markup(edit) = act {
                        markup::apply(&mut root, edit, name, is_list);
                    }
                }
                root.write()
            }
        };
        match profile.own_media_type(question.operation, question.format) {
            Some(own) => Reply::of_media_type(status, &own, body),
            None => Reply::of(status, question.format, body),
        }
    }

    pub(super) fn refuse(&self, refusal: &Refusal, format: Format) -> Reply {
        let profile = &self.deployment.profile;
        match refusal.written {
            RefusalBody::Envelope => {
                self.written(&refusal.envelope(profile), refusal.status, format)
            }
            RefusalBody::Page => Reply::page(refusal.status, refusal.page()),
            RefusalBody::Text => Reply::page(refusal.status, refusal.message.clone()),
        }
    }

    /// An answer that nothing alters.
    pub(super) fn written(&self, answer: &Value, status: u16, format: Format) -> Reply {
        let xml = &self.deployment.profile.xml;
        let body = match format {
            Format::Json => spelling::write(answer, None),
            Format::Xml => Element::of(&xml.root, answer, &xml.booleans()).write(),
        };
        Reply::of(status, format, body)
    }
}
