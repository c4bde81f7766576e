//! What an answer is about, where objects stand around it that say nothing of it.
//!
//! In comes the shape of an answer, out comes the way to what it is about: the one member that holds something, beside
//! words of how it went, of pages and of links. That an object looks so proves nothing by itself: an object with an
//! owner and a status does too.

use crate::shape::{Kind, Member, Object, Shape};

/// Members that tell how an answer went, what it is and where more is, and nothing of what it is about; in small
/// letters, without what joins their words.
const AROUND: [&str; 49] = [
    "apiversion",
    "code",
    "count",
    "cursor",
    "description",
    "errno",
    "error",
    "errorcode",
    "errorinfo",
    "errormessage",
    "errors",
    "etag",
    "extensions",
    "hasmore",
    "hasnext",
    "href",
    "included",
    "jsonapi",
    "jsonrpc",
    "kind",
    "limit",
    "links",
    "message",
    "messages",
    "meta",
    "metadata",
    "msg",
    "next",
    "object",
    "offset",
    "ok",
    "page",
    "pages",
    "pagination",
    "paging",
    "perpage",
    "prev",
    "previous",
    "requestid",
    "self",
    "status",
    "statuscode",
    "success",
    "timestamp",
    "total",
    "traceid",
    "url",
    "version",
    "warnings",
];
/// So many objects may stand around one another.
const MAX_DEPTH: usize = 4;

/// The member that what an object is about stands in; none where it may be about itself.
#[must_use]
pub fn held(object: &Object) -> Option<&Member> {
    if object.others.is_some() {
        return None;
    }
    let is_about = |member: &&Member| !AROUND.contains(&folded(&member.documented).as_str());
    let mut about = object.members.iter().filter(is_about);
    let one = about.next()?;
    let is_alone = about.next().is_none();
    (is_alone && holds(&one.shape)).then_some(one)
}

/// What stands within all objects that are around something else; a list of objects may be the last.
#[must_use]
pub fn within(shape: &Shape) -> &Shape {
    let mut inner = shape;
    for _ in 0..MAX_DEPTH {
        inner = match &inner.kind {
            Kind::Object(object) => match held(object) {
                Some(member) => &member.shape,
                None => return inner,
            },
            _ => return inner,
        };
    }
    inner
}

/// What stands within all objects and lists that are around something else.
#[must_use]
pub fn core(shape: &Shape) -> &Shape {
    let mut inner = shape;
    for _ in 0..MAX_DEPTH {
        inner = match &within(inner).kind {
            Kind::List(item) if holds(item) => item,
            _ => return within(inner),
        };
    }
    inner
}

/// Whether there are members in a shape that have names, or in the items of a list.
fn holds(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Object(object) => !object.members.is_empty() && object.others.is_none(),
        Kind::List(item) => matches!(item.kind, Kind::Object(_)) && holds(item),
        _ => false,
    }
}

/// A name in small letters, without what joins its words.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    /// The members of what an example is about.
    fn about(example: &str) -> Vec<String> {
        let source = Source::new("a.json", example);
        let whole = crate::source::Span {
            start: 0,
            end: example.len(),
        };
        let shape = crate::shape::json::shape(&source, whole);
        let members = core(&shape).members().iter();
        members.map(|member| member.name.clone()).collect()
    }

    #[test]
    fn what_stands_within_words_of_an_answer_is_what_it_is_about() {
        for (example, expected) in [
            (
                r#"{"success": true, "data": {"id": 1, "name": "a"}}"#,
                "id name",
            ),
            (
                r#"{"ocs": {"meta": {"status": "ok"}, "data": {"id": 1, "name": "a"}}}"#,
                "id name",
            ),
            (
                r#"{"data": {"me": {"id": 1, "name": "a"}}, "extensions": {"cost": 1}}"#,
                "id name",
            ),
            (
                r#"{"has_more": true, "data": [{"id": 1, "name": "a"}], "url": "/x"}"#,
                "id name",
            ),
            (r#"{"meta": {"code": 1}, "data": {"id": 1}}"#, "id"),
            // About itself: something beside, several objects, values alone.
            (r#"{"id": 1, "owner": {"name": "a"}}"#, "id owner"),
            (r#"{"from": {"id": 1}, "to": {"id": 2}}"#, "from to"),
            (r#"{"data": ["a"], "count": 1}"#, "data count"),
            (
                r#"{"status": {"code": 1}, "meta": {"a": 1}}"#,
                "status meta",
            ),
        ] {
            assert_eq!(about(example).join(" "), expected, "{example}");
        }
    }
}
