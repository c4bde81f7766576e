//! Faults of status, media type, encoding and syntax.

use crate::case::Check;
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change, Head};
use crate::proof::fault::Fault;
use crate::proof::pattern::CasePattern;
use crate::proof::subject::{Documented, Subject};
use crate::shape::Kind;

const STATUSES: &[u16] = &[
    202, 203, 204, 206, 226, 301, 302, 304, 307, 400, 404, 410, 418, 429, 500, 501, 502, 503, 504,
];
/// Statuses that may also mean that the token is refused, so each is answered by one operation only.
const DOUBTFUL_STATUSES: &[u16] = &[401, 403];
const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Portal</title></head><body>Sign in</body></html>";

pub(super) fn faults(subjects: &[Subject<'_>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for status in STATUSES {
        let mut acts = vec![head(Head::Status(*status))];
        if matches!(status, 301 | 302 | 307) {
            acts.push(head(Head::Set(
                "Location".to_owned(),
                "/auth.aspx".to_owned(),
            )));
        }
        // Where it is a success, nobody must notice.
        let subjects: Vec<Subject<'_>> = subjects
            .iter()
            .filter(|subject| !codes_of(subject).contains(status))
            .cloned()
            .collect();
        if !subjects.is_empty() {
            faults.push(everywhere(&subjects, &format!("status-{status}"), acts));
        }
    }
    for (subject, status) in subjects.iter().rev().zip(DOUBTFUL_STATUSES) {
        faults.push(one_status(subject, *status));
    }
    for subject in subjects {
        let codes = codes_of(subject);
        for status in [200, 201] {
            if !codes.contains(&status) {
                faults.push(one_status(subject, status));
            }
        }
    }
    faults.push(everywhere(
        subjects,
        "encoded-twice",
        vec![bytes(Bytes::EncodedTwice)],
    ));
    // Letters that by chance are lawful pairs of characters elsewhere, as in "CAFÉ™".
    for (name, text) in [
        ("e-ogonek", "Kępa"),
        ("z-acute", "Bodź"),
        ("s-caron", "šance"),
        ("i-dot", "İzmir"),
    ] {
        let text = Edit::BeyondAscii(text.to_owned());
        let acts = vec![
            Act::Tree(Selector::new(Of::Resource, ""), text),
            bytes(Bytes::EncodedTwice),
        ];
        faults.push(everywhere(subjects, &format!("encoded-twice-{name}"), acts));
    }
    faults.extend(stored_garbled(subjects));
    faults.extend(stored_garbled_text(subjects));
    for format in Format::ALL {
        for (name, acts) in labels(format).into_iter().chain(bodies()) {
            faults.push(in_format(subjects, format, name, acts));
        }
    }
    for (name, acts) in json(subjects) {
        faults.push(in_format(subjects, Format::Json, name, acts));
    }
    for (name, acts) in xml(subjects) {
        faults.push(in_format(subjects, Format::Xml, name, acts));
    }
    faults
}

/// With which status codes an operation succeeds.
fn codes_of<'a>(subject: &Subject<'a>) -> &'a [u16] {
    subject.profile.success_codes(subject.operation)
}

fn head(head: Head) -> Act {
    Act::Head(head)
}

fn bytes(bytes: Bytes) -> Act {
    Act::Bytes(bytes)
}

fn label(value: &str) -> Act {
    head(Head::Set("Content-Type".to_owned(), value.to_owned()))
}

fn everywhere(subjects: &[Subject<'_>], name: &str, acts: Vec<Act>) -> Fault {
    let cases = subjects
        .iter()
        .flat_map(|subject| Format::ALL.map(|format| subject.case(format, Check::Transport)))
        .map(|case| of_letters(&acts, case))
        .collect();
    Fault::new(Family::Transport, name, Change::of(acts), cases)
}

/// One resource of several whose texts are garbled in every answer: no more than a remark.
fn stored_garbled(subjects: &[Subject<'_>]) -> Option<Fault> {
    let read = subjects
        .iter()
        .find(|one| !one.operation.writes() && one.identity.is_some())?;
    let garble = Edit::Garble(read.identity.clone()?, 1234.into());
    let acts = vec![Act::Tree(Selector::new(Of::Resource, ""), garble)];
    let told = Format::ALL.map(|format| read.case(format, Check::Transport));
    let fault = Fault::new(
        Family::Transport,
        "stored-garbled",
        Change::of(acts),
        told.to_vec(),
    );
    Some(fault.remarked())
}

/// One member whose text is garbled beside a sound one, in every answer: no more than a remark.
fn stored_garbled_text(subjects: &[Subject<'_>]) -> Option<Fault> {
    let read = subjects.iter().find(|one| !one.operation.writes())?;
    let texts = read.members.iter();
    let mut texts = texts.filter(|one| one.shape.kind == Kind::Text && !read.is_identity(one));
    let set = |member: &Documented, text: &str| {
        let selector = Selector::new(Of::Resource, &member.place);
        Act::Tree(selector, Edit::Set(text.into()))
    };
    let acts = vec![set(texts.next()?, "JÃ¼rgen"), set(texts.next()?, "Łódź")];
    let told = Format::ALL.map(|format| read.case(format, Check::Transport));
    let change = Change::of(acts);
    Some(
        Fault::new(
            Family::Transport,
            "stored-garbled-text",
            change,
            told.to_vec(),
        )
        .remarked(),
    )
}

fn one_status(subject: &Subject<'_>, status: u16) -> Fault {
    let acts = vec![head(Head::Status(status))];
    Fault::new(
        Family::Transport,
        &format!("{}:status-{status}", subject.slug()),
        Change::of(acts).on(&subject.operation.id),
        Format::ALL
            .map(|format| subject.case(format, Check::Transport))
            .to_vec(),
    )
}

fn in_format(subjects: &[Subject<'_>], format: Format, name: &str, acts: Vec<Act>) -> Fault {
    let cases = subjects
        .iter()
        .map(|subject| subject.case(format, Check::Transport));
    let cases = cases.map(|case| of_letters(&acts, case)).collect();
    Fault::new(
        Family::Transport,
        &format!("{format}:{name}"),
        Change::of(acts).in_format(format),
        cases,
    )
}

/// A case of one resource, or, where what shows are letters beyond ASCII, of any: the first resource may have none.
fn of_letters(acts: &[Act], case: CasePattern) -> CasePattern {
    // Another encoding that is named says nothing else of ASCII.
    let names_other = |text: &str| {
        ["iso-8859-1", "windows-1251"]
            .iter()
            .any(|one| text.contains(one))
    };
    let is_of_letters = |act: &Act| match act {
        Act::Bytes(bytes) => match bytes {
            Bytes::EncodedTwice | Bytes::Latin1 | Bytes::NotUtf8 | Bytes::Replacements => true,
            Bytes::Before(text) => names_other(&String::from_utf8_lossy(text)),
            _ => false,
        },
        Act::Head(Head::Set(_, value)) => names_other(value),
        _ => false,
    };
    let scope = case.scope.filter(|_| !acts.iter().any(is_of_letters));
    CasePattern { scope, ..case }
}

/// Wrong labels of an unaltered body.
fn labels(format: Format) -> Vec<(&'static str, Vec<Act>)> {
    let (own, other) = match format {
        Format::Json => ("application/json", "text/xml; charset=utf-8"),
        Format::Xml => ("text/xml", "application/json; charset=utf-8"),
    };
    let second = Head::Add("Content-Type".to_owned(), "text/plain".to_owned());
    vec![
        (
            "no-label",
            vec![head(Head::Remove("Content-Type".to_owned()))],
        ),
        ("empty-label", vec![label("")]),
        ("label-no-media-type", vec![label("utf-8")]),
        ("label-of-other-format", vec![label(other)]),
        ("label-html", vec![label("text/html; charset=utf-8")]),
        ("label-plain", vec![label("text/plain; charset=utf-8")]),
        ("label-bytes", vec![label("application/octet-stream")]),
        ("label-problem", vec![label("application/problem+json")]),
        ("label-script", vec![label("text/javascript")]),
        ("two-labels", vec![head(second)]),
        ("label-list", vec![label(&format!("{own}, {own}"))]),
        (
            "label-unfinished",
            vec![label(&format!("{own}; charset=\"utf-8"))],
        ),
        (
            "charset-latin-1",
            vec![label(&format!("{own}; charset=iso-8859-1"))],
        ),
        (
            "charset-utf-16",
            vec![label(&format!("{own}; charset=utf-16"))],
        ),
        (
            "charset-windows-1251",
            vec![label(&format!("{own}; charset=windows-1251"))],
        ),
    ]
}

/// Wrong bytes in either format.
fn bodies() -> Vec<(&'static str, Vec<Act>)> {
    let encoding = |name: &str| head(Head::Set("Content-Encoding".to_owned(), name.to_owned()));
    let page = || bytes(Bytes::Whole(PAGE.as_bytes().to_vec()));
    vec![
        ("empty", vec![bytes(Bytes::Whole(Vec::new()))]),
        ("blank", vec![bytes(Bytes::Whole(b" \n".to_vec()))]),
        ("half", vec![bytes(Bytes::FirstHalf)]),
        ("cut-by-one", vec![bytes(Bytes::CutEnd(1))]),
        ("cut-by-two", vec![bytes(Bytes::CutEnd(2))]),
        ("trailing-text", vec![bytes(Bytes::After(b"end".to_vec()))]),
        ("trailing-nul", vec![bytes(Bytes::After(vec![0]))]),
        (
            "trailing-page",
            vec![bytes(Bytes::After(PAGE.as_bytes().to_vec()))],
        ),
        (
            "leading-text",
            vec![bytes(Bytes::Before(b"Warning: deprecated\n".to_vec()))],
        ),
        ("page", vec![page()]),
        (
            "page-labelled",
            vec![page(), label("text/html; charset=utf-8")],
        ),
        ("plain-text", vec![bytes(Bytes::Whole(b"OK".to_vec()))]),
        ("latin-1", vec![bytes(Bytes::Latin1)]),
        ("not-utf-8", vec![bytes(Bytes::NotUtf8)]),
        ("utf-16", vec![bytes(Bytes::Utf16)]),
        ("replacement-characters", vec![bytes(Bytes::Replacements)]),
        ("gzip-not-compressed", vec![encoding("gzip")]),
        (
            "gzip-cut",
            vec![
                bytes(Bytes::Gzip),
                bytes(Bytes::FirstHalf),
                encoding("gzip"),
            ],
        ),
        ("gzip-not-labelled", vec![bytes(Bytes::Gzip)]),
        ("deflate-not-compressed", vec![encoding("deflate")]),
        (
            "brotli-cut",
            vec![
                bytes(Bytes::Brotli),
                bytes(Bytes::FirstHalf),
                encoding("br"),
            ],
        ),
        (
            "gzip-labelled-brotli",
            vec![bytes(Bytes::Gzip), encoding("br")],
        ),
    ]
}

/// An unaltered pair of a name and a whole number in the text of every answer.
fn pair(subjects: &[Subject<'_>]) -> (String, String) {
    let around = subjects.iter().flat_map(|subject| subject.around.iter());
    let mut constants = around.filter(|member| member.constant == Some(0));
    let name = constants.next().map(|member| member.name.clone());
    let name = name.unwrap_or_else(|| "status".to_owned());
    (format!("\"{name}\":0"), format!("\"{name}\":"))
}

fn json(subjects: &[Subject<'_>]) -> Vec<(&'static str, Vec<Act>)> {
    let (pair, name) = pair(subjects);
    let replace = |from: &str, to: String| bytes(Bytes::Replace(from.to_owned(), to));
    let value = |value: &str| vec![replace(&pair, format!("{name}{value}"))];
    let all = |from: &str, to: &str| vec![bytes(Bytes::ReplaceAll(from.to_owned(), to.to_owned()))];
    let before = |text: &str| vec![bytes(Bytes::Before(text.as_bytes().to_vec()))];
    let after = |text: &str| vec![bytes(Bytes::After(text.as_bytes().to_vec()))];
    let last = |to: &str| vec![bytes(Bytes::ReplaceLast("}".to_owned(), to.to_owned()))];
    let nested = |to: &str| vec![replace("}", to.to_owned())];
    vec![
        (
            "duplicate-member",
            vec![replace(&pair, format!("{pair},{pair}"))],
        ),
        (
            "duplicate-other-value",
            vec![replace(&pair, format!("{name}1,{pair}"))],
        ),
        (
            "duplicate-escaped-name",
            vec![replace(&pair, format!("{pair},{}0", escaped(&name)))],
        ),
        ("duplicate-nested", nested(",\"Twice\":1,\"Twice\":1}")),
        ("nan", value("NaN")),
        ("infinity", value("Infinity")),
        ("minus-infinity", value("-Infinity")),
        ("undefined", value("undefined")),
        ("leading-zeros", value("00")),
        ("plus-sign", value("+0")),
        ("hexadecimal", value("0x0")),
        ("bare-point", value("0.")),
        ("capital-null", value("None")),
        ("single-quotes", all("\"", "'")),
        ("bare-names", vec![replace(&pair, pair.replace('"', ""))]),
        ("trailing-comma", last(",}")),
        ("trailing-comma-nested", nested(",}")),
        (
            "missing-comma",
            vec![replace(&format!("{pair},"), format!("{pair} "))],
        ),
        ("missing-brace", last("")),
        ("one-brace-more", last("}}")),
        (
            "comment-line",
            vec![replace(&pair, format!("{pair}//fine\n"))],
        ),
        (
            "comment-block",
            vec![replace(&pair, format!("/*fine*/{pair}"))],
        ),
        ("byte-order-mark", before("\u{FEFF}")),
        ("guard-prefix", before(")]}',\n")),
        ("callback", [before("callback("), after(");")].concat()),
        ("two-values", after("{}")),
        ("lone-surrogate", nested(",\"Extra\":\"\\ud83d\"}")),
        ("raw-control-character", nested(",\"Extra\":\"a\u{1}b\"}")),
        ("raw-line-feed", nested(",\"Extra\":\"a\nb\"}")),
        ("bad-escape", nested(",\"Extra\":\"a\\xb\"}")),
        ("xml-instead", {
            let body = b"<result><status>0</status></result>".to_vec();
            vec![bytes(Bytes::Whole(body)), label("text/xml; charset=utf-8")]
        }),
    ]
}

/// The first letter after the quote as a reference, which names the very same member.
fn escaped(name: &str) -> String {
    let mut letters = name.chars();
    let quote = letters.next().unwrap_or('"');
    let first = letters.next().map_or(0, u32::from);
    format!("{quote}\\u{first:04x}{}", letters.as_str())
}

fn xml(subjects: &[Subject<'_>]) -> Vec<(&'static str, Vec<Act>)> {
    let before = |text: &str| vec![bytes(Bytes::Before(text.as_bytes().to_vec()))];
    let after = |text: &str| vec![bytes(Bytes::After(text.as_bytes().to_vec()))];
    let replace =
        |from: &str, to: &str| vec![bytes(Bytes::Replace(from.to_owned(), to.to_owned()))];
    let has_xml = |subject: &&Subject<'_>| subject.operation.response(Format::Xml).is_some();
    let first = subjects.iter().find(has_xml);
    let root = first.map_or("result".to_owned(), |subject| {
        subject.profile.root(subject.operation)
    });
    let end = format!("</{root}>");
    let start = format!("<{root}>");
    let last = |to: &str| vec![bytes(Bytes::ReplaceLast(end.clone(), to.to_owned()))];
    let inside = |text: &str| replace(&start, &format!("{start}{text}"));
    let doctype = format!("<!DOCTYPE {root}>");
    let entity = format!("<!DOCTYPE {root} [<!ENTITY name \"value\">]>");
    vec![
        ("doctype", before(&doctype)),
        (
            "doctype-system",
            before(&format!("<!DOCTYPE {root} SYSTEM \"portal.dtd\">")),
        ),
        ("doctype-entity", before(&entity)),
        ("unknown-entity", inside("<a>&nbsp;</a>")),
        ("bare-ampersand", inside("<a>a & b</a>")),
        ("bare-less-than", inside("<a>1 < 2</a>")),
        (
            "declared-latin-1",
            before("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>"),
        ),
        (
            "declared-utf-16",
            before("<?xml version=\"1.0\" encoding=\"utf-16\"?>"),
        ),
        (
            "declared-late",
            before("\n<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
        ),
        (
            "declared-twice",
            before("<?xml version=\"1.0\"?><?xml version=\"1.0\"?>"),
        ),
        ("declared-version-1.7", before("<?xml version=\"1.7\"?>")),
        ("declared-version-1.1", before("<?xml version='1.1'?>")),
        ("declared-version-0", before("<?xml version='.0'?>")),
        ("declared-in-capitals", before("<?XML version=\"1.0\"?>")),
        (
            "declared-standalone-maybe",
            before("<?xml version=\"1.0\" standalone=\"maybe\"?>"),
        ),
        ("end-with-colon", last(&format!("</:{root}>"))),
        (
            "attribute-with-colon",
            replace(&start, &format!("<{root} :a=\"1\">")),
        ),
        ("instruction-with-colon", after("<?a:b c?>")),
        ("instruction-without-blank", after("<?a\"b\"?>")),
        ("two-roots", after(&format!("{start}{end}"))),
        ("no-end", last("")),
        ("other-end", last("</other>")),
        ("end-in-other-case", last(&end.to_uppercase())),
        ("crossed-elements", inside("<a><b></a></b>")),
        (
            "attribute-without-quotes",
            replace(&start, &format!("<{root} a=b>")),
        ),
        (
            "attribute-twice",
            replace(&start, &format!("<{root} a=\"1\" a=\"2\">")),
        ),
        ("unbound-prefix", inside("<p:a>x</p:a>")),
        ("control-character", inside("<a>\u{1}</a>")),
        ("control-reference", inside("<a>&#1;</a>")),
        ("cdata-outside", after("<![CDATA[x]]>")),
        ("cdata-without-end", inside("<a><![CDATA[x</a>")),
        ("comment-with-dashes", inside("<!-- a -- b -->")),
        ("comment-without-end", after("<!-- end")),
        ("json-instead", {
            let body = b"{\"status\":0}".to_vec();
            vec![
                bytes(Bytes::Whole(body)),
                label("application/json; charset=utf-8"),
            ]
        }),
    ]
}
