//! The reads that tell what a write has done.

use crate::case::plan::{Planner, Topic};
use crate::case::request::Requests;
use crate::case::{Listing, QuestionIndex};
use crate::client::Repeat;
use crate::contract::{Format, Operation};

impl<'a> Planner<'a> {
    /// The reads of what a write writes, in every documented format; `None` where nobody says how.
    pub(super) fn read_back(&mut self, topic: Topic<'a>) -> Option<Vec<QuestionIndex>> {
        let effect = self.profile.effect_of(topic.operation)?;
        let mut parameters = topic.operation.parameters.iter();
        parameters.find(|parameter| parameter.name == effect.parameter)?;
        let listing = Listing {
            list: self.profile.way_to_list(effect),
            member: self.profile.wire_name(&effect.member),
        };
        let contract = self.contract;
        let is_it = |other: &&Operation| other.method == "GET" && effect.is_read_by(&other.path);
        let documented = contract.operations.iter().position(|other| is_it(&other));
        let formats = Format::ALL.into_iter();
        let formats = formats.filter(|format| topic.operation.response(*format).is_some());
        let mut reads = Vec::new();
        for format in formats {
            let request = topic.requests.read_back(format, &effect.read);
            let topic = Topic {
                format,
                repeat: Repeat::Allowed,
                ..topic
            };
            // What the pages document is asked and judged as such, too.
            let own = documented.and_then(|index| {
                let operation = &contract.operations[index];
                operation.response(format)?;
                let requests = Requests {
                    operation,
                    ..topic.requests
                };
                let asked = self.reads(Topic {
                    index,
                    operation,
                    requests,
                    ..topic
                });
                let questions = &self.plan.questions;
                asked
                    .into_iter()
                    .find(|read| questions[*read].request.path == request.path)
            });
            let index = own.unwrap_or_else(|| {
                let (index, is_new) = self.question(topic, request, Vec::new(), Repeat::Allowed);
                if is_new {
                    self.plan.schedule.quiet.push(index);
                }
                index
            });
            self.plan.questions[index].listing = Some(listing.clone());
            reads.push(index);
        }
        Some(reads)
    }
}
