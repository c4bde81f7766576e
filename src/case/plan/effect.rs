//! The reads that tell what a write has done.

use crate::case::plan::{Planner, Topic};
use crate::case::request::Requests;
use crate::case::{Listing, QuestionIndex};
use crate::client::Repeat;
use crate::contract::{Format, Operation};
use crate::profile::Effect;

impl<'a> Planner<'a> {
    /// The reads of what a write writes, in every documented format; `None` where nobody says how.
    pub(super) fn read_back(&mut self, topic: Topic<'a>) -> Option<Vec<QuestionIndex>> {
        let formats = Format::ALL.into_iter();
        let formats = formats.filter(|format| topic.operation.response(*format).is_some());
        let reads = formats.map(|format| self.read_back_with(Topic { format, ..topic }, None));
        reads.collect()
    }

    /// The read in one format; where another value stands for a parameter of the write's path, of what is
    /// written there.
    pub(super) fn read_back_with(
        &mut self,
        topic: Topic<'a>,
        instead: Option<(&str, &str)>,
    ) -> Option<QuestionIndex> {
        let effect = self.profile.effect_of(topic.operation)?;
        let parameter = topic.read_back_by()?;
        // What sends no value writes nothing that could be looked for.
        topic.requests.values(parameter).first()?;
        let format = topic.format;
        let is_it = |other: &&Operation| other.reads() && effect.is_read_by(&other.path);
        let documented = self.contract.operations.iter().find(is_it);
        let ends_in_slash =
            documented.map_or(effect.read.ends_with('/'), |read| read.ends_in_slash);
        let path = (effect.read.as_str(), ends_in_slash);
        let request = topic.requests.read_back(format, path, instead);
        let topic = Topic {
            repeat: Repeat::Allowed,
            ..topic
        };
        // What the pages document is asked and judged as such, too.
        let own = self.documented_read(topic, effect, &request.path);
        let index = own.unwrap_or_else(|| {
            let (index, is_new) = self.question(topic, request, Vec::new(), Repeat::Allowed);
            if is_new {
                self.plan.schedule.quiet.push(index);
            }
            index
        });
        self.plan.questions[index].listing = Some(Listing {
            list: self.profile.way_to_list(effect),
            member: self.profile.wire_name(&effect.member),
        });
        Some(index)
    }

    /// The question of a documented operation that reads a path.
    fn documented_read(
        &mut self,
        topic: Topic<'a>,
        effect: &Effect,
        path: &str,
    ) -> Option<QuestionIndex> {
        let is_it = |other: &Operation| other.reads() && effect.is_read_by(&other.path);
        let index = self.contract.operations.iter().position(is_it)?;
        let operation = &self.contract.operations[index];
        operation.response(topic.format)?;
        let asked = self.reads(Topic {
            index,
            operation,
            requests: Requests {
                operation,
                ..topic.requests
            },
            ..topic
        });
        let questions = &self.plan.questions;
        asked
            .into_iter()
            .find(|read| questions[*read].request.path == path)
    }
}
