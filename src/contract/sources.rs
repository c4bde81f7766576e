//! One operation that several sources document, such as a page as text and as a browser saved it.
//!
//! In come two operations of one method and path, out comes one with the evidence of both: what only one of
//! them has is taken from there, with its places; what examples of equal worth do not all show may be missing,
//! and where their types differ, any value is lawful. Each contradiction is kept with both places.

use std::sync::Arc;

use crate::contract::parameter::scalar;
use crate::contract::{
    About, Contradiction, Format, Header, Of, Operation, Parameter, ParameterIn, ParameterType,
    ResponseExample, Unread, path_variables,
};
use crate::shape::{self, Kind, Object, Shape};
use crate::source::{Joining, Span};

/// How many contradictions of two answers are told.
const MAX_TOLD: usize = 20;
/// How many contradictions of all sources are told.
const MAX_TOLD_IN_ALL: usize = 100;
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
    let authenticated = one.authenticated || other.authenticated;
    let mut joined = Operation {
        authenticated,
        is_public: !authenticated && (one.is_public || other.is_public),
        takes_away: one.takes_away || other.takes_away,
        has_lost_authentication: one.has_lost_authentication && other.has_lost_authentication,
        body_type: more.body_type.clone().or_else(|| less.body_type.clone()),
        ..more.clone()
    };
    for (words, others) in [
        (&mut joined.description, &less.description),
        (&mut joined.returns, &less.returns),
    ] {
        if words.is_empty() {
            words.clone_from(others);
        }
    }
    if joined.success.codes.is_empty() {
        joined.success.clone_from(&less.success);
    }
    let mut joining = Joining::new(&more.source);
    for known in &less.contradictions {
        let span = joining.add(&less.source, known.span);
        joined.contradictions.push(Contradiction {
            span,
            ..known.clone()
        });
    }
    for header in &less.headers {
        let is_same = |known: &Header| known.name.eq_ignore_ascii_case(&header.name);
        if !joined.headers.iter().any(is_same) {
            joined.headers.push(Header {
                span: joining.add(&less.source, header.span),
                ..header.clone()
            });
        }
    }
    for (all, others) in [
        (&mut joined.taken, &less.taken),
        (&mut joined.open, &less.open),
    ] {
        for known in others {
            let place = Span {
                start: known.offset,
                end: known.offset,
            };
            all.push(Unread {
                offset: joining.add(&less.source, place).start,
                ..known.clone()
            });
        }
    }
    parameters(&mut joined, less, &mut joining);
    if joined.request.is_none()
        && let Some(mut request) = less.request.clone()
    {
        request.span = joining.add(&less.source, request.span);
        request.body = request.body.map(|body| joining.add(&less.source, body));
        joined.request = Some(request);
    }
    for format in Format::ALL {
        match (more.response(format), less.response(format)) {
            (Some(mine), Some(theirs)) => {
                held_together(&mut joined, (more, mine), (less, theirs));
            }
            (None, Some(theirs)) => {
                let taken = taken(less, theirs, &mut joining);
                joined.responses.push(taken);
            }
            (_, None) => {}
        }
    }
    joined.responses.sort_by_key(|response| response.format);
    joined.contradictions.truncate(MAX_TOLD_IN_ALL);
    joined.source = joining.joined();
    joined
}

/// Holds the answers of one format in two sources against each other, and makes one of two examples.
fn held_together(
    joined: &mut Operation,
    (more, mine): (&Operation, &ResponseExample),
    (less, theirs): (&Operation, &ResponseExample),
) {
    let format = mine.format;
    let shape = documented(more, mine);
    let mut another = documented(less, theirs);
    let [is_schema, is_another] = [mine, theirs].map(|one| one.shape.is_some() && !is_merged(one));
    let places = Places {
        pointer: String::new(),
        mine: mine.body,
        theirs: theirs.body,
    };
    let mut held = Held {
        must: [is_schema && !is_another, is_another && !is_schema],
        told: Vec::new(),
    };
    // A schema may leave out what a profile says of all answers.
    if held.must[0]
        && let Some(name) = payload(&shape, &another)
    {
        if let Some(member) = another.member(&name) {
            let places = places.below(&name, None, Some(member.span));
            held.contradict(&shape, &member.shape, &places);
        }
    } else if held.must[1]
        && let Some(name) = payload(&another, &shape)
    {
        if let Some(member) = shape.member(&name) {
            let places = places.below(&name, Some(member.span), None);
            held.contradict(&member.shape, &another, &places);
        }
    } else {
        held.contradict(&shape, &another, &places);
    }
    for found in held.told {
        let about = if found.is_lacking {
            About::Lacking(format, found.places.pointer)
        } else {
            About::Answer(format, found.places.pointer)
        };
        joined.contradictions.push(Contradiction {
            about,
            span: found.places.mine,
            at: less.source.locate(found.places.theirs.start),
        });
    }
    // A schema says what keeps the contract, whatever an example shows.
    if mine.shape.is_some() && mine.shape != theirs.shape && !is_merged(mine) {
        return;
    }
    if theirs.shape.is_some() && !is_merged(theirs) {
        return;
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

/// The member of an example that holds what a schema describes, where the schema does not describe what is
/// around it.
fn payload(schema: &Shape, example: &Shape) -> Option<String> {
    let names = |shape: &Shape| -> usize {
        let members = shape.members().iter();
        members
            .filter(|member| schema.member(&member.name).is_some())
            .count()
    };
    let candidates = example.members().iter();
    match &schema.kind {
        Kind::Object(object) if !object.members.is_empty() && names(example) == 0 => {
            let best = candidates.max_by_key(|member| names(&member.shape))?;
            (names(&best.shape) > 0).then(|| best.name.clone())
        }
        Kind::List(_) => {
            let mut lists = candidates.filter(|member| matches!(member.shape.kind, Kind::List(_)));
            let only = lists.next()?;
            lists.next().is_none().then(|| only.name.clone())
        }
        _ => None,
    }
}

/// An answer that only one source has, with its places in the joined text.
fn taken(less: &Operation, theirs: &ResponseExample, joining: &mut Joining<'_>) -> ResponseExample {
    let Some(shape) = &theirs.shape else {
        return ResponseExample {
            media_type: joining.add(&less.source, theirs.media_type),
            body: joining.add(&less.source, theirs.body),
            ..theirs.clone()
        };
    };
    let all = Span {
        start: 0,
        end: less.source.text.len(),
    };
    let ahead = joining.add(&less.source, all).start;
    let moved = |span: Span| Span {
        start: span.start.saturating_add(ahead),
        end: span.end.saturating_add(ahead),
    };
    let mut shape = shape.as_ref().clone();
    shifted(&mut shape, &moved);
    ResponseExample {
        media_type: moved(theirs.media_type),
        body: moved(theirs.body),
        shape: Some(Arc::new(shape)),
        ..theirs.clone()
    }
}

fn shifted(shape: &mut Shape, moved: &impl Fn(Span) -> Span) {
    if let Some(domain) = &mut shape.domain {
        for place in domain.said.places() {
            *place = moved(*place);
        }
    }
    match &mut shape.kind {
        Kind::List(item) => shifted(item, moved),
        Kind::Object(object) => {
            for member in &mut object.members {
                if member.promised().is_some() {
                    member.span = moved(member.span);
                }
            }
            for shape in object.shapes_mut() {
                shifted(shape, moved);
            }
        }
        _ => {}
    }
}

/// Whether what two types of parameters admit has nothing in common, as far as their words are known.
pub(super) fn clash(one: &Parameter, other: &Parameter) -> bool {
    use ParameterType::{Integer, Number};
    let (mine, theirs) = (one.value_type(), other.value_type());
    let are_numbers = matches!((mine, theirs), (Integer | Number, Integer | Number));
    mine != theirs && !are_numbers && one.has_known_type() && other.has_known_type()
}

/// Holds the parameters of another source against those of a joined operation, and adds what it lacks.
fn parameters(joined: &mut Operation, less: &Operation, joining: &mut Joining<'_>) {
    let path = joined.path.clone();
    let names = path_variables(&path);
    let others = path_variables(&less.path);
    let called = |theirs: &Parameter| -> String {
        let at = others.iter().position(|name| *name == theirs.name);
        let at = at.filter(|_| theirs.sent_in == ParameterIn::Path);
        let name = at.and_then(|at| names.get(at).copied());
        name.unwrap_or(&theirs.name).to_owned()
    };
    let has_request = joined.request.is_some();
    let mut met = vec![false; joined.parameters.len()];
    let mut told = Vec::new();
    let mut more = Vec::new();
    for theirs in &less.parameters {
        let name = called(theirs);
        let find = |is_same: &dyn Fn(&Parameter) -> bool| {
            let mut rows = joined.parameters.iter();
            rows.position(|row| row.name.eq_ignore_ascii_case(&name) && is_same(row))
        };
        let at = find(&|row| row.sent_in == theirs.sent_in).or_else(|| find(&|_| true));
        let place = less.source.locate(theirs.span.start);
        let Some(at) = at else {
            let span = joining.add(&less.source, theirs.span);
            told.push((name.clone(), Of::Alone, span, joined_place(joined)));
            more.push(Parameter {
                name,
                span,
                example_span: joining.add(&less.source, theirs.example_span),
                ..theirs.clone()
            });
            continue;
        };
        met[at] = true;
        let row = &mut joined.parameters[at];
        for of in differences(row, theirs) {
            let span = if of == Of::Value {
                row.example_span
            } else {
                row.span
            };
            told.push((row.name.clone(), of, span, place.clone()));
        }
        filled(row, theirs, has_request, |span| {
            joining.add(&less.source, span)
        });
    }
    for (row, _) in joined.parameters.iter().zip(met).filter(|(_, met)| !met) {
        // A source without any row has no table at all.
        if row.stated_in.is_some() && less.parameters.iter().any(|row| row.stated_in.is_some()) {
            let place = less.source.locate(less.heading.start);
            told.push((row.name.clone(), Of::Alone, row.span, place));
        }
    }
    joined.parameters.extend(more);
    joined
        .contradictions
        .extend(told.into_iter().map(|(name, of, span, at)| Contradiction {
            about: About::Parameter(name, of),
            span,
            at,
        }));
}

/// Where the operation is documented that others are joined to.
fn joined_place(joined: &Operation) -> String {
    joined.source.locate(joined.heading.start)
}

/// What two sources say otherwise of one parameter.
fn differences(mine: &Parameter, theirs: &Parameter) -> Vec<Of> {
    let mut found = Vec::new();
    let are_rows = mine.stated_in.is_some() && theirs.stated_in.is_some();
    if !are_rows {
        return found;
    }
    if clash(mine, theirs) {
        found.push(Of::Type);
    }
    let is_in_path = |row: &Parameter| row.sent_in == ParameterIn::Path;
    if mine.optional != theirs.optional && !is_in_path(mine) && !is_in_path(theirs) {
        found.push(Of::Required);
    }
    if mine.sent_in != theirs.sent_in {
        found.push(Of::Place);
    }
    if mine.collection != theirs.collection {
        found.push(Of::List);
    }
    let (Some(one), Some(other)) = (&mine.documented, &theirs.documented) else {
        let are_shown = !mine.example.is_empty() && !theirs.example.is_empty();
        if are_shown && is_in_path(mine) && mine.example != theirs.example {
            found.push(Of::Value);
        }
        return found;
    };
    let is_same = match (scalar(one), scalar(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    };
    if !is_same {
        found.push(Of::Value);
    }
    found
}

/// Takes from another source what a row lacks.
fn filled(
    row: &mut Parameter,
    theirs: &Parameter,
    has_request: bool,
    mut place: impl FnMut(Span) -> Span,
) {
    if row.stated_in.is_none() && theirs.stated_in.is_some() {
        row.stated_in = theirs.stated_in;
        row.span = place(theirs.span);
    }
    if row.description.is_empty() {
        row.description.clone_from(&theirs.description);
    }
    if row.type_name.is_empty() {
        row.type_name.clone_from(&theirs.type_name);
        row.collection |= theirs.collection;
        row.flagged |= theirs.flagged;
    }
    if row.cell.is_empty() {
        row.cell.clone_from(&theirs.cell);
    }
    if row.shape.is_none() && row.collection == theirs.collection && !clash(row, theirs) {
        let shown = row.documented.as_ref();
        row.shape = theirs
            .shape
            .clone()
            .filter(|_| shown.is_none_or(|value| theirs.admits(value)));
    }
    if row.sent_in == theirs.sent_in && row.collection == theirs.collection {
        row.serialization = row.serialization.or(theirs.serialization);
    }
    let lacks_value = row.documented.is_none() && !has_request;
    if let Some(value) = theirs.documented.clone().filter(|_| lacks_value) {
        row.show(value);
        row.example_span = place(theirs.example_span);
    } else if row.example.is_empty() && !theirs.example.is_empty() {
        row.example.clone_from(&theirs.example);
        row.example_span = place(theirs.example_span);
    }
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

/// A place in answers, and where two sources document it.
#[derive(Debug, Clone)]
struct Places {
    pointer: String,
    mine: Span,
    theirs: Span,
}

impl Places {
    /// A place below, and where either documents it; what one does not has the place of what is around it.
    fn below(&self, name: &str, mine: Option<Span>, theirs: Option<Span>) -> Self {
        let known = |span: Option<Span>, around| match span {
            Some(span) if span != ELSEWHERE && span != Span::default() => span,
            _ => around,
        };
        Self {
            pointer: format!("{}/{name}", self.pointer),
            mine: known(mine, self.mine),
            theirs: known(theirs, self.theirs),
        }
    }
}

/// A contradiction of two answers.
struct Found {
    places: Places,
    is_lacking: bool,
}

/// Two answers that are held against each other.
struct Held {
    /// Of which of the two the other must have what is required, as it is a schema beside an example.
    must: [bool; 2],
    told: Vec<Found>,
}

impl Held {
    fn tell(&mut self, places: &Places, is_lacking: bool) {
        if self.told.len() < MAX_TOLD {
            let places = places.clone();
            self.told.push(Found { places, is_lacking });
        }
    }

    /// The places in answers at which two shapes have types that no value has both of, or one lacks what it
    /// must have.
    fn contradict(&mut self, one: &Shape, other: &Shape, places: &Places) {
        if self.told.len() >= MAX_TOLD {
            return;
        }
        match (&one.kind, &other.kind) {
            (Kind::Unknown | Kind::Mixed, _)
            | (_, Kind::Unknown | Kind::Mixed)
            | (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => {}
            (Kind::Object(one), Kind::Object(other)) => self.objects(one, other, places),
            (Kind::List(one), Kind::List(other)) => {
                self.contradict(one, other, &places.below("*", None, None));
            }
            (one, other) if one == other || (one.is_text() && other.is_text()) => {}
            _ => self.tell(places, false),
        }
    }

    fn objects(&mut self, object: &Object, twin: &Object, places: &Places) {
        let of_twin = |name: &str| twin.members.iter().find(|member| member.name == name);
        for member in &object.members {
            if let Some(twin) = of_twin(&member.name) {
                let places = places.below(&member.name, Some(member.span), Some(twin.span));
                self.contradict(&member.shape, &twin.shape, &places);
                continue;
            }
            let places = places.below(&member.name, Some(member.span), None);
            if let Some(other) = &twin.others {
                self.contradict(&member.shape, other, &places);
            } else if self.must[0] && member.is_required() && twin.is_told() {
                self.tell(&places, true);
            }
        }
        let unlisted = twin
            .members
            .iter()
            .filter(|one| object.members.iter().all(|member| member.name != one.name));
        for member in unlisted {
            let places = places.below(&member.name, None, Some(member.span));
            if let Some(free) = &object.others {
                self.contradict(free, &member.shape, &places);
            } else if self.must[1] && member.is_required() && object.is_told() {
                self.tell(&places, true);
            }
        }
        if let (Some(free), Some(other)) = (&object.others, &twin.others) {
            self.contradict(free, other, &places.below("*", None, None));
        }
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
    use crate::contract::{About, Contract, Format, of_sources};
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
            told.contains(
                "tram:10:28: error: `/response/id` has another type in JSON at Tram:10:28"
            ),
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
            let pointers = operation.contradictions.iter().map(|one| &one.about);
            let expected = About::Answer(Format::Json, "/response/id".to_owned());
            assert_eq!(pointers.collect::<Vec<_>>(), [&expected]);
        }
    }

    /// What is told of two sources, in whatever order they come.
    fn told(one: &Source, other: &Source) -> (Contract, String) {
        let mut all = [[one, other], [other, one]].map(|sources| {
            let contract = of_sources(sources.map(Source::clone).to_vec()).unwrap();
            assert_eq!(contract.operations.len(), 1, "{contract:?}");
            let findings = lint::findings(&contract);
            let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
            (contract, told.join("\n"))
        });
        let first = std::mem::take(&mut all[0].0);
        (first, all.map(|(_, told)| told).join("\n"))
    }

    fn full(path: &str, rows: &str, request: &str, answers: &str) -> Source {
        let rows = match rows {
            "" => String::new(),
            rows => format!("Parameters\nName\tDescription\tType\tExample\n{rows}\n"),
        };
        let text = format!(
            "POST api/2.0/{path}\n\n{rows}\n{request}\nReturns\n\nX\n\nExample Response\n\n{answers}"
        );
        Source::new(&format!("{}.txt", answers.len() + rows.len()), &text)
    }

    #[test]
    fn an_answer_and_a_request_that_one_source_alone_has_are_taken_from_it() {
        let request = "Example\n\nPOST api/2.0/tram\n\n{\"name\": \"Ada\"}\n";
        let row = "name\nsent in body\nIts name\tstring\t\n";
        let schema = "openapi: 3.1.0\npaths: {/api/2.0/tram: {post: {responses: {'200': {description: X, content: \
                      {application/xml: {schema: {type: object, properties: {id: {type: integer}}}}}}}}}}\n";
        for (other, file) in [
            (full("tram", row, request, XML), ".txt:"),
            (Source::new("tram.yaml", schema), "tram.yaml:2:"),
        ] {
            let one = full(
                "tram",
                row,
                if file == ".txt:" { "" } else { request },
                JSON,
            );
            let (contract, _) = told(&one, &other);
            let operation = &contract.operations[0];
            let xml = operation.response(Format::Xml).unwrap();
            let at = operation.source.locate(xml.body.start);
            assert!(at.contains(file), "{at}");
            assert!(operation.response(Format::Json).is_some());
            if let Some(shape) = &xml.shape {
                let id = shape.at("/id").unwrap().span;
                assert!(operation.source.locate(id.start).starts_with(file));
            }
            let name = &operation.parameters[0];
            assert_eq!(name.documented, Some("Ada".into()), "{name:?}");
            let body = operation.request.as_ref().unwrap().body.unwrap();
            assert_eq!(operation.source.slice(body).trim(), "{\"name\": \"Ada\"}");
        }
    }

    #[test]
    fn what_two_sources_say_of_a_parameter_is_compared() {
        let row = |place: &str, options: &str, kind: &str, example: &str| {
            format!("line\nsent in {place}\nIts line\n{options}{kind}\t{example}\n")
        };
        let one = full("tram", &row("body", "", "number", "7"), "", JSON);
        for (other, expected) in [
            (row("body", "", "string", "7"), "has another type at"),
            (
                row("body", "optional\n", "number", "7"),
                "is optional in one source",
            ),
            (row("url", "", "number", "7"), "is sent elsewhere at"),
            (
                row("body", "collection\n", "Collection of numbers", "7"),
                "is a list in one source",
            ),
            (
                format!(
                    "{}bell\nsent in body\nA bell\tstring\tding\n",
                    row("body", "", "number", "7")
                ),
                "`bell` is documented in one source",
            ),
        ] {
            let (contract, told) = told(&one, &full("tram", &other, "", &format!("{JSON}\n")));
            assert_eq!(told.matches(expected).count(), 2, "{expected}: {told}");
            let names = &contract.operations[0].parameters;
            assert_eq!(names.len(), 1 + usize::from(other.contains("bell")));
        }
    }

    #[test]
    fn a_variable_of_another_name_is_the_same_one() {
        let row = |name: &str, kind: &str| format!("{name}\nsent in url\nWhich\t{kind}\t7\n");
        let one = full("tram/{id}/bell", &row("id", "number"), "", JSON);
        let other = full(
            "tram/{tramid}/bell",
            &row("tramid", "number"),
            "",
            &format!("{JSON}{XML}"),
        );
        let (contract, _) = told(&one, &other);
        let names = contract.operations[0].parameters.iter();
        assert_eq!(
            names.map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["tramid"]
        );
        // What is asked by a number is another operation than what is asked by a word.
        let other = full("tram/{name}/bell", &row("name", "string"), "", XML);
        let contract = of_sources(vec![one.clone(), other]).unwrap();
        assert_eq!(contract.operations.len(), 2);
        let other = full("tram/{id}/bell", &row("id", "string"), "", XML);
        let (_, told) = told(&one, &other);
        assert!(told.contains("`id` has another type at"), "{told}");
    }

    #[test]
    fn an_example_that_lacks_what_a_schema_requires_is_told_at_both_members() {
        let schema = |before: &str, behind: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /api/2.0/tram:\n    post: {{responses: {{'200': {{description: X, content: \
                 {{application/json: {{schema:\n      {before}{{type: object, required: [id, bell], properties: \
                 {{id: {{type: integer}},\n      bell: {{type: string}}}}}}{behind}}}}}}}}}}}\n"
            );
            Source::new("tram.yaml", &text)
        };
        let page = full("tram", "", "", JSON);
        let whole = schema("{type: object, properties: {response: ", "}}");
        for schema in [whole, schema("", "")] {
            let (_, told) = told(&page, &schema);
            let lacking = "`/response/bell` must be there";
            assert_eq!(told.matches(lacking).count(), 2, "{told}");
            assert!(told.contains("tram.yaml:6:7"), "{told}");
        }
    }
}
