//! In how many examples of its page a member is seen, which tells how sure a promise is.

use crate::check::{Family, Homonyms};
use crate::contract::{Format, Operation};
use crate::profile::AnswerShape;
use crate::report::FindingId;
use crate::shape::{Kind, Member, Seen, Shape, json, xml};
use crate::source::Span;

/// `seen in 2 of 3 examples`, of the member that is documented at a place of an operation's page; nothing where
/// the page has one example of it.
pub(super) fn seen(operation: &Operation, promised: Span) -> Option<String> {
    let source = &operation.source;
    let in_json = operation.response(Format::Json);
    let of_json = in_json.map(|one| match &one.shape {
        Some(shape) => (**shape).clone(),
        None => json::shape(source, one.body),
    });
    let found = of_json.as_ref().and_then(|shape| at(shape, promised));
    let of_xml = || {
        let one = operation.response(Format::Xml)?;
        match &one.shape {
            Some(shape) => at(shape, promised),
            None => at(&xml::shape(source, one.body, of_json.as_ref()), promised),
        }
    };
    let (seen, examples) = found.or_else(of_xml)?;
    words(seen, examples)
}

/// The same of a member of which that is known.
pub(super) fn words(seen: Seen, examples: Seen) -> Option<String> {
    let is_known = seen.0 > 0 && examples.0 > 1;
    is_known.then(|| format!("seen in {} of {} examples", seen.0, examples.0))
}

/// The documented members of an answer that a finding is about: each by its name from the payload on, with where it
/// is documented and in how many examples it is seen.
pub(super) fn members_of(
    id: FindingId,
    homonyms: &Homonyms,
    operation: &Operation,
    answer: &AnswerShape,
) -> Vec<(String, String)> {
    let mut about = About {
        id,
        homonyms,
        operation,
        answer,
        found: Vec::new(),
    };
    about.walk(answer.named_from(), "", None);
    about.found
}

/// Whether a finding is about the payload of an answer, and about no member of it.
pub(super) fn is_of_whole(
    id: FindingId,
    homonyms: &Homonyms,
    operation: &Operation,
    answer: &AnswerShape,
) -> bool {
    let (path, name) = homonyms.whole(operation, answer, id.rule());
    id.is_about(name.as_deref().unwrap_or(&path))
}

/// Whether some member that an answer documents, or what members stand in, makes the name of a finding.
pub(super) fn is_made(
    id: FindingId,
    homonyms: &Homonyms,
    operation: &Operation,
    answer: &AnswerShape,
) -> bool {
    // The payload has a name in the envelope, and a place in a list.
    ["", "*"].into_iter().any(|whole| id.is_about(whole))
        || is_of_whole(id, homonyms, operation, answer)
        || [
            (answer.named_from(), Family::Schema),
            (&answer.envelope, Family::Envelope),
        ]
        .into_iter()
        .any(|(resource, family)| {
            let mut paths = Vec::new();
            all(resource, "", &mut paths);
            let of = (id.rule(), family);
            let name = |path: &String| homonyms.name_of(operation, answer, of, path);
            let mut names = paths.iter();
            names.any(|path| id.is_about(name(path).as_deref().unwrap_or(path)))
        })
}

/// The paths of all members of a shape, and of what stands in them.
fn all(shape: &Shape, path: &str, paths: &mut Vec<String>) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    };
    paths.push(path.to_owned());
    match &shape.kind {
        Kind::List(item) => all(item, &below("*"), paths),
        Kind::Object(object) => {
            for member in &object.members {
                all(&member.shape, &below(&member.documented), paths);
            }
            if let Some(other) = &object.others {
                all(other, &below("*"), paths);
            }
        }
        _ => {}
    }
}

/// A walk through the documented members of a resource, for those that a finding is about.
struct About<'a> {
    id: FindingId,
    homonyms: &'a Homonyms,
    operation: &'a Operation,
    answer: &'a AnswerShape,
    found: Vec<(String, String)>,
}

impl About<'_> {
    /// Walks a shape at a path, which stands in a member: that, and in how many examples there could be one.
    fn walk(&mut self, shape: &Shape, path: &str, within: Option<(&Member, Seen)>) {
        let below = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}/{name}"),
        };
        if let Some((member, examples)) = within
            && self.is_about(path)
        {
            let at = member.promised();
            let at = at.map(|span| self.operation.source.locate(span.start));
            let at = at.map_or_else(
                || "known of the profile alone".to_owned(),
                |at| format!("documented at {at}"),
            );
            let seen = words(member.seen, examples);
            let seen = seen.map_or_else(String::new, |seen| format!(", {seen}"));
            self.found.push((path.to_owned(), format!("{at}{seen}")));
        }
        match &shape.kind {
            Kind::List(item) => self.walk(item, &below("*"), within),
            Kind::Object(object) => {
                for member in &object.members {
                    let within = Some((member, object.examples));
                    self.walk(&member.shape, &below(&member.documented), within);
                }
                if let Some(other) = &object.others {
                    self.walk(other, &below("*"), within);
                }
            }
            _ => {}
        }
    }

    fn is_about(&self, path: &str) -> bool {
        let of = (self.id.rule(), Family::Schema);
        let name = self.homonyms.name_of(self.operation, self.answer, of, path);
        self.id.is_about(name.as_deref().unwrap_or(path))
    }
}

/// What is counted of the member that is documented at a place.
fn at(shape: &Shape, place: Span) -> Option<(Seen, Seen)> {
    match &shape.kind {
        Kind::List(item) => at(item, place),
        Kind::Object(object) => object
            .members
            .iter()
            .find_map(|member| {
                if member.span == place {
                    return Some((member.seen, object.examples));
                }
                at(&member.shape, place)
            })
            .or_else(|| at(object.others.as_deref()?, place)),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract;
    use crate::source::Source;

    #[test]
    fn what_several_examples_show_is_counted_and_one_alone_is_not() {
        let text = "GET api/2.0/trams\n\nReturns\n\nTrams\n\nExample Response\n\napplication/json\n\n\
                    {\"status\": 0, \"response\": [{\"id\": 1, \"bell\": 2}, {\"id\": 2}]}\n\ntext/xml\n\n\
                    <result><status>0</status><response><id>1</id><bell>2</bell></response>\
                    <response><id>2</id></response></result>\n";
        let contract = contract::of_sources(vec![Source::new("trams", text)]).unwrap();
        let operation = &contract.operations[0];
        let told = |member: &str| {
            let start = operation.source.text.find(member).unwrap();
            let end = start + member.len();
            seen(operation, Span { start, end })
        };
        let of = |count: usize| Some(format!("seen in {count} of 2 examples"));
        assert_eq!(told("\"id\": 1"), of(2));
        assert_eq!(told("\"bell\": 2"), of(1));
        assert_eq!(told("\"status\": 0"), None);
        assert_eq!(told("Trams"), None);
    }
}
