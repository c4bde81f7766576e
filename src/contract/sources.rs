//! One operation that several sources document, such as a page as text and as a browser saved it.
//!
//! In come two operations of one method and path, out comes one with the evidence of both: what examples of
//! equal worth do not all show may be missing, and where their types differ, any value is lawful and the
//! contradiction is kept with its place.

use std::sync::Arc;

use crate::contract::{Contradiction, Format, Operation, ResponseExample};
use crate::shape::{self, Kind, Shape};
use crate::source::Span;

/// How many contradictions of two answers are told.
const MAX_TOLD: usize = 20;
/// Stands for a place in another source, behind all places of this one.
const ELSEWHERE: Span = Span {
    start: usize::MAX,
    end: usize::MAX,
};

/// One operation out of two of the same method and path.
///
/// The one that says more stays, with its places; a token is needed where either says so, as some forms of a
/// page lose these words.
pub(super) fn joined(one: &Operation, other: &Operation) -> Operation {
    let says = |operation: &Operation| {
        let request = usize::from(operation.request.is_some());
        (
            operation.responses.len(),
            operation.parameters.len(),
            request,
        )
    };
    let (more, less) = if says(other) > says(one) {
        (other, one)
    } else {
        (one, other)
    };
    let mut joined = Operation {
        authenticated: one.authenticated || other.authenticated,
        has_lost_authentication: one.has_lost_authentication && other.has_lost_authentication,
        ..more.clone()
    };
    joined.contradictions.extend(less.contradictions.clone());
    for format in Format::ALL {
        let (Some(mine), Some(theirs)) = (more.response(format), less.response(format)) else {
            continue;
        };
        let shape = documented(more, mine);
        let mut another = documented(less, theirs);
        let mut pointers = Vec::new();
        contradict(&shape, &another, "", &mut pointers);
        let at = less.source.locate(theirs.body.start);
        let told = pointers.into_iter().map(|pointer| Contradiction {
            format,
            pointer,
            at: at.clone(),
        });
        joined.contradictions.extend(told);
        // A schema says what keeps the contract, whatever an example shows.
        if mine.shape.is_some() && mine.shape != theirs.shape && !is_merged(mine) {
            continue;
        }
        if theirs.shape.is_some() && !is_merged(theirs) {
            continue;
        }
        elsewhere(&mut another);
        let mut merged = shape.clone().merge(another);
        placed(&mut merged, mine.media_type);
        let response = joined.responses.iter_mut().find(|one| one.format == format);
        if merged != shape
            && let Some(response) = response
        {
            response.shape = Some(Arc::new(merged));
            response.is_of_examples = true;
        }
    }
    joined
}

/// Whether the shape of an answer was made here, out of examples.
fn is_merged(response: &ResponseExample) -> bool {
    response.shape.is_none() || response.is_of_examples
}

/// What a source says of an answer.
fn documented(operation: &Operation, response: &ResponseExample) -> Shape {
    if let Some(shape) = &response.shape {
        return shape.as_ref().clone();
    }
    let source = &operation.source;
    match response.format {
        Format::Json => shape::json::shape(source, response.body),
        Format::Xml => {
            let json = operation.response(Format::Json);
            let json = json.map(|json| documented(operation, json));
            shape::xml::shape(source, response.body, json.as_ref())
        }
    }
}

/// The places in answers at which two shapes have types that no value has both of.
fn contradict(one: &Shape, other: &Shape, pointer: &str, told: &mut Vec<String>) {
    if told.len() >= MAX_TOLD {
        return;
    }
    match (&one.kind, &other.kind) {
        (Kind::Unknown | Kind::Mixed, _)
        | (_, Kind::Unknown | Kind::Mixed)
        | (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => {}
        (Kind::Object(object), Kind::Object(twin)) => {
            let others = twin.others.as_deref();
            for member in &object.members {
                if let Some(twin) = other.member(&member.name) {
                    let pointer = format!("{pointer}/{}", member.name);
                    contradict(&member.shape, &twin.shape, &pointer, told);
                } else if let Some(other) = others {
                    let pointer = format!("{pointer}/{}", member.name);
                    contradict(&member.shape, other, &pointer, told);
                }
            }
            if let Some(free) = &object.others {
                let unlisted = twin
                    .members
                    .iter()
                    .filter(|one| object.members.iter().all(|member| member.name != one.name));
                for member in unlisted {
                    let pointer = format!("{pointer}/{}", member.name);
                    contradict(free, &member.shape, &pointer, told);
                }
                if let Some(other) = others {
                    contradict(free, other, &format!("{pointer}/*"), told);
                }
            }
        }
        (Kind::List(one), Kind::List(other)) => {
            contradict(one, other, &format!("{pointer}/*"), told);
        }
        (one, other) if one == other || (one.is_text() && other.is_text()) => {}
        _ => told.push(pointer.to_owned()),
    }
}

/// Takes the places from a shape of another source.
fn elsewhere(shape: &mut Shape) {
    match &mut shape.kind {
        Kind::List(item) => elsewhere(item),
        Kind::Object(object) => {
            for member in &mut object.members {
                member.span = ELSEWHERE;
            }
            object.shapes_mut().for_each(elsewhere);
        }
        _ => {}
    }
}

/// Gives what only another source has the place of what is around it.
fn placed(shape: &mut Shape, around: Span) {
    match &mut shape.kind {
        Kind::List(item) => placed(item, around),
        Kind::Object(object) => {
            for member in &mut object.members {
                if member.span == ELSEWHERE {
                    member.span = around;
                }
                let span = member.span;
                placed(&mut member.shape, span);
            }
            if let Some(other) = &mut object.others {
                placed(other, around);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::contract::{Format, of_sources};
    use crate::lint;
    use crate::shape::Kind;
    use crate::source::Source;

    const JSON: &str = "application/json\n{\"status\": 0, \"response\": {\"id\": 7}}\n";
    const XML: &str =
        "text/xml\n<result><status>0</status><response><id>7</id></response></result>\n";

    fn page(heading: &str, answers: &str) -> Source {
        let text = format!("GET api/{heading}\n\nReturns\n\nX\n\nExample Response\n\n{answers}");
        Source::new(heading, &text)
    }

    #[test]
    fn sources_that_agree_are_one_operation() {
        let words = "Tram This function requires authentication";
        let spaced = JSON.replace(", ", ",\n  ").replace('7', "8");
        let both = format!("{spaced}{XML}");
        for sources in [
            vec![page("tram", JSON), page(words, &both)],
            vec![page(words, JSON), page("tram", &both)],
        ] {
            let contract = of_sources(sources).unwrap();
            let [operation] = contract.operations.as_slice() else {
                panic!("{contract:?}");
            };
            assert!(operation.authenticated);
            assert!(operation.response(Format::Xml).is_some());
            assert_eq!(operation.response(Format::Json).unwrap().shape, None);
            assert_eq!(operation.contradictions, []);
        }
    }

    #[test]
    fn what_examples_do_not_all_show_may_be_missing() {
        let more = JSON.replace("\"id\": 7", "\"id\": 7, \"doors\": 4");
        let other = JSON.replace("\"id\": 7", "\"id\": 7, \"bell\": true");
        let contract = of_sources(vec![page("tram", &more), page("Tram", &other)]).unwrap();
        let operation = &contract.operations[0];
        let shape = operation.response(Format::Json).unwrap().shape.clone();
        let shape = shape.unwrap();
        let optional = |name: &str| shape.at(&format!("/response/{name}")).unwrap().optional;
        assert_eq!(["id", "doors", "bell"].map(optional), [false, true, true]);
        let bell = shape.at("/response/bell").unwrap().span;
        assert!(operation.source.locate(bell.start).starts_with("tram:"));
        assert_eq!(operation.contradictions, []);
    }

    #[test]
    fn sources_that_contradict_each_other_are_told_with_both_places() {
        let other = JSON.replace('7', "\"7\"");
        let contract = of_sources(vec![page("tram", JSON), page("Tram", &other)]).unwrap();
        let operation = &contract.operations[0];
        let shape = operation.response(Format::Json).unwrap().shape.clone();
        let id = shape.unwrap().at("/response/id").unwrap().shape.clone();
        assert_eq!(id.kind, Kind::Mixed);
        let findings = lint::findings(&contract);
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let told = told.join("\n");
        assert!(told.contains("tram:10:"), "{told}");
        assert!(
            told.contains("`/response/id` has another type in JSON at Tram:10:1"),
            "{told}"
        );
    }

    #[test]
    fn an_example_beside_a_schema_is_held_against_it() {
        let schema = "openapi: 3.1.0\npaths: {/api/tram: {get: {responses: {'200': {description: X, content: \
                      {application/json: {schema: {type: object, properties: {status: {type: integer}, response: \
                      {type: object, properties: {id: {type: string}}}}}}}}}}}}\n";
        let schema = Source::new("tram.yaml", schema);
        for sources in [
            vec![schema.clone(), page("tram", JSON)],
            vec![page("tram", JSON), schema],
        ] {
            let contract = of_sources(sources).unwrap();
            let operation = &contract.operations[0];
            let pointers = operation.contradictions.iter();
            let pointers: Vec<&str> = pointers.map(|one| one.pointer.as_str()).collect();
            assert_eq!(pointers, ["/response/id"]);
        }
    }
}
