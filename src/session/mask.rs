//! Recorded bodies without the portal's data: other values of the same type and length.
//!
//! A body is changed text by text, as it may be anything: what is not JSON or XML stays so. Letters become
//! `a`, digits `1`, so that dates stay dates and GUIDs GUIDs; equal values stay equal. Numbers of one digit,
//! booleans, ids that were asked for and what the profile has around the payload stay, as findings about
//! shape rest on them.
//!
//! What the contract says of values holds for those in their place as for the portal's: its own words stay, as
//! they are no data, and numbers stay on their side of a bound. Where that cannot be done, the body says so.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::check::Expectation;
use crate::profile::Booleans;
use crate::shape::domain::{Domain, Outside};
use crate::shape::{Kind, Shape};

/// What of a body stays as it is.
pub(super) struct Mask<'a> {
    /// Values: ids that were asked for.
    ids: &'a [String],
    /// Members around the payload.
    envelope: BTreeSet<&'a str>,
    /// What is said of the values of members, by their names.
    bounds: BTreeMap<&'a str, Vec<Bound<'a>>>,
    /// Whether values were written of which the contract says something else than of the portal's.
    is_unlike: Cell<bool>,
}

/// What the contract says of a value.
#[derive(Clone, Copy)]
enum Bound<'a> {
    Domain(&'a Domain),
    Constant(i64),
    /// A boolean, which these words spell in XML.
    Boolean(&'a Booleans),
}

impl<'a> Mask<'a> {
    pub(super) fn of(expectation: &'a Expectation, ids: &'a [String]) -> Self {
        let mut mask = Self::with(ids, Self::around(expectation));
        let answer = &expectation.answer;
        mask.bind("", &answer.envelope, &answer.booleans);
        mask
    }

    /// Notes what is said of the values in a shape.
    fn bind(&mut self, name: &'a str, shape: &'a Shape, booleans: &'a Booleans) {
        if let Some(domain) = shape.domain.as_deref() {
            let of_name = self.bounds.entry(name).or_default();
            of_name.push(Bound::Domain(domain));
        }
        match &shape.kind {
            Kind::Object(object) => {
                for member in &object.members {
                    if let Some(constant) = member.constant {
                        let of_name = self.bounds.entry(&member.name).or_default();
                        of_name.push(Bound::Constant(constant));
                    }
                    self.bind(&member.name, &member.shape, booleans);
                }
                if let Some(other) = &object.others {
                    self.bind("", other, booleans);
                }
            }
            Kind::List(item) => self.bind(name, item, booleans),
            Kind::Boolean => {
                let of_name = self.bounds.entry(name).or_default();
                of_name.push(Bound::Boolean(booleans));
            }
            _ => {}
        }
    }

    /// Whether values were written of which the contract says something else than of the portal's.
    pub(super) fn is_unlike(&self) -> bool {
        self.is_unlike.get()
    }

    /// The same of ids and names of members that are known.
    pub(super) fn with(ids: &'a [String], envelope: impl Iterator<Item = &'a str>) -> Self {
        Self {
            ids,
            envelope: envelope.collect(),
            bounds: BTreeMap::new(),
            is_unlike: Cell::new(false),
        }
    }

    /// The members that stand around the payload.
    pub(super) fn around(expectation: &Expectation) -> impl Iterator<Item = &str> {
        let answer = &expectation.answer;
        let members = match &answer.envelope.kind {
            Kind::Object(object) if answer.payload.is_some() => object.members.as_slice(),
            _ => &[],
        };
        let names = members.iter().map(|member| member.name.as_str());
        names.filter(|name| Some(*name) != answer.payload.as_deref())
    }

    /// A body with other values.
    pub(super) fn body(&self, body: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(body) else {
            // What is no text stays none.
            let other = |byte: &u8| match byte {
                b'0'..=b'9' => b'1',
                b'a'..=b'z' | b'A'..=b'Z' => b'a',
                0x80.. => 0xff,
                byte => *byte,
            };
            return body.iter().map(other).collect();
        };
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let masked = if start.starts_with('<') {
            self.xml(text)
        } else if start.starts_with(['{', '[', '"']) {
            self.json(text)
        } else {
            words(text)
        };
        masked.into_bytes()
    }

    /// A text with other letters and digits.
    pub(super) fn text_of(&self, text: &str) -> String {
        self.value(text)
    }

    /// A value in the place of another, as both formats spell it.
    fn value(&self, text: &str) -> String {
        let trimmed = text.trim();
        let is_word = ["true", "false", "null"]
            .iter()
            .any(|word| trimmed.eq_ignore_ascii_case(word));
        if is_word || self.ids.iter().any(|id| id == trimmed) {
            return text.to_owned();
        }
        match number(text) {
            Some(number) => number,
            None => words(text),
        }
    }

    /// A value of a member in the place of another.
    fn value_of(&self, name: &str, text: &str, is_text: bool) -> String {
        let mut masked = self.value(text);
        let bounds = self.bounds.get(name);
        for bound in bounds.into_iter().flatten() {
            match bound {
                Bound::Constant(constant) => {
                    if text.trim().parse() == Ok(*constant) {
                        return text.to_owned();
                    }
                }
                Bound::Boolean(words) => {
                    let word = text.trim();
                    let is_own = word == words.yes || word == words.no;
                    if is_own || Booleans::like(word).is_some() {
                        return text.to_owned();
                    }
                }
                Bound::Domain(domain) => {
                    let read = |text: &str| read(domain, text, is_text);
                    let was = domain.outside(&read(text));
                    if !domain.one_of.is_empty() && was.is_none() {
                        return text.to_owned();
                    }
                    if domain.outside(&read(&masked)) == was {
                        continue;
                    }
                    let others = in_place(domain, was, &masked);
                    let mut alike = others.into_iter();
                    match alike.find(|other| domain.outside(&read(other)) == was) {
                        Some(other) => masked = other,
                        None => self.is_unlike.set(true),
                    }
                }
            }
        }
        masked
    }

    /// Whether the last of these names in one another is that of a member around the payload.
    fn is_around(&self, names: &[&str]) -> bool {
        matches!(names, [name] if self.envelope.contains(name))
    }

    fn json(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        // How deep, and the last name at each depth.
        let mut names: Vec<&str> = Vec::new();
        while let Some(c) = rest.chars().next() {
            let end = match c {
                '"' => {
                    let end = end_of_string(rest);
                    let whole = &rest[..end];
                    let is_name = rest[end..].trim_start().starts_with(':');
                    let read = serde_json::from_str::<String>(whole);
                    if is_name && let Some(last) = names.last_mut() {
                        *last = whole.trim_matches('"');
                    }
                    match read {
                        Ok(text) if is_name => out.push_str(&quoted(&name(&text))),
                        // XML does not tell it from a number, which stays.
                        Ok(text) if self.is_around(&names) && number(&text).is_some() => {
                            out.push_str(whole);
                        }
                        Ok(text) => {
                            out.push_str(&quoted(&self.value_of(last(&names), &text, true)));
                        }
                        // What no parser reads stays so.
                        Err(_) => out.push_str(&words(whole)),
                    }
                    end
                }
                '-' | '0'..='9' => {
                    let is_part = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
                    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                    let number = &rest[..end];
                    if self.is_around(&names) {
                        out.push_str(number);
                    } else {
                        out.push_str(&self.value_of(last(&names), number, false));
                    }
                    end
                }
                'a'..='z' | 'A'..='Z' => {
                    let end = rest
                        .find(|c: char| !c.is_alphanumeric())
                        .unwrap_or(rest.len());
                    out.push_str(&self.value(&rest[..end]));
                    end
                }
                c => {
                    match c {
                        '{' | '[' => names.push(""),
                        '}' | ']' => drop(names.pop()),
                        _ => {}
                    }
                    out.push(if c.is_alphanumeric() { 'a' } else { c });
                    c.len_utf8()
                }
            };
            rest = &rest[end..];
        }
        out
    }

    fn xml(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut open: Vec<&str> = Vec::new();
        while !rest.is_empty() {
            let end = rest.find('<').unwrap_or(rest.len());
            let is_kept = open.len() == 2 && self.envelope.contains(open[1]);
            let value = &rest[..end];
            if is_kept && number(value).is_some() {
                out.push_str(value);
            } else {
                out.push_str(&self.text(last(&open), value));
            }
            rest = &rest[end..];
            let end = if rest.starts_with("<![CDATA[") {
                let end = rest.find("]]>").map_or(rest.len(), |at| at + 3);
                let inner = rest[9..end].strip_suffix("]]>").unwrap_or(&rest[9..end]);
                out.push_str("<![CDATA[");
                out.push_str(&self.value_of(last(&open), inner, false));
                out.push_str(if rest[..end].ends_with("]]>") {
                    "]]>"
                } else {
                    ""
                });
                end
            } else if rest.starts_with("<!--") {
                let end = rest.find("-->").map_or(rest.len(), |at| at + 3);
                out.push_str(&words(&rest[..end]));
                end
            } else {
                let end = rest.find('>').map_or(rest.len(), |at| at + 1);
                let tag = &rest[..end];
                let named = tag.trim_start_matches(['<', '/']);
                let named = named.split(|c: char| c.is_whitespace() || c == '>' || c == '/');
                let named = named.into_iter().next().unwrap_or_default();
                if tag.starts_with("</") {
                    open.pop();
                } else if !tag.ends_with("/>") && named.starts_with(char::is_alphabetic) {
                    open.push(named);
                }
                out.push_str(&self.tag(tag));
                end
            };
            rest = &rest[end..];
        }
        out
    }

    /// The text between two tags.
    fn text(&self, name: &str, text: &str) -> String {
        match quick_xml::escape::unescape(text) {
            Ok(read) if text.contains('&') => {
                quick_xml::escape::partial_escape(self.value_of(name, &read, false)).into_owned()
            }
            Ok(read) => self.value_of(name, &read, false),
            Err(_) => words(text),
        }
    }

    /// A tag with other values of its attributes, and with names as those of members.
    fn tag(&self, tag: &str) -> String {
        if tag.starts_with("<?") || tag.starts_with("<!") {
            return tag.to_owned();
        }
        let from = tag.len() - tag.trim_start_matches(['<', '/']).len();
        let ends = |c: char| c.is_whitespace() || c == '>' || c == '/';
        let to = tag[from..].find(ends).map_or(tag.len(), |at| from + at);
        let mut out = format!("{}{}", &tag[..from], name(&tag[from..to]));
        let mut rest = &tag[to..];
        while let Some(at) = rest.find(['"', '\'']) {
            let quote = &rest[at..=at];
            let before = &rest[..at];
            let Some(length) = rest[at + 1..].find(quote) else {
                break;
            };
            let value = &rest[at + 1..at + 1 + length];
            let is_namespace = before.rsplit(char::is_whitespace).next();
            let is_namespace = is_namespace.is_some_and(|name| name.starts_with("xmlns"));
            let names = before.split_inclusive(|c: char| c.is_whitespace() || c == '=');
            for part in names {
                let own = part.trim_end_matches(|c: char| c.is_whitespace() || c == '=');
                let own = own.trim_matches('/');
                if own.is_empty() {
                    out.push_str(part);
                } else {
                    out.push_str(&part.replace(own, &name(own)));
                }
            }
            out.push_str(quote);
            if is_namespace {
                out.push_str(value);
            } else {
                out.push_str(&self.value(value));
            }
            out.push_str(quote);
            rest = &rest[at + length + 2..];
        }
        out + rest
    }
}

/// In the place of longer texts none of the same form is sought.
const MAX_TRIED: usize = 4096;

/// The name of the member whose value stands here, or of the list in which it does.
fn last<'a>(names: &[&'a str]) -> &'a str {
    let mut names = names.iter().rev();
    names
        .find(|name| !name.is_empty())
        .copied()
        .unwrap_or_default()
}

/// A value as its domain looks at it; XML does not tell numbers from texts, so that the domain does.
fn read(domain: &Domain, text: &str, is_text: bool) -> Value {
    let is_of_numbers = domain.at_least.is_some()
        || domain.at_most.is_some()
        || domain.one_of.iter().any(Value::is_number);
    let number = serde_json::from_str(text.trim());
    match number.ok().filter(Value::is_number) {
        Some(number) if !is_text && is_of_numbers => number,
        _ => Value::from(text),
    }
}

/// What may stand in the place of a value, the most alike first: the bound itself, or what is just beyond it,
/// and texts of the same form in other letters and digits.
fn in_place(domain: &Domain, was: Option<Outside>, masked: &str) -> Vec<String> {
    let (least, most) = (domain.at_least, domain.at_most);
    let bounds = match was {
        None => [least, most],
        Some(Outside::Below) => [least.and_then(|least| least.checked_sub(1)), None],
        Some(Outside::Above) => [most.and_then(|most| most.checked_add(1)), None],
        Some(_) => [None, None],
    };
    let mut others: Vec<String> = bounds
        .into_iter()
        .flatten()
        .map(|one| one.to_string())
        .collect();
    if domain.matches.is_some() && masked.len() <= MAX_TRIED {
        let letters = ('a'..='z').flat_map(|letter| ('0'..='9').map(move |digit| (letter, digit)));
        others.extend(letters.map(|(letter, digit)| {
            let other = |c: char| match c {
                'a' => letter,
                'A' => letter.to_ascii_uppercase(),
                '1' => digit,
                c => c,
            };
            masked.chars().map(other).collect()
        }));
    }
    others
}

/// The end of the JSON string that a text begins with, its quotes included.
fn end_of_string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number in the place of another: with as many digits, whole where it is whole. Of one digit it stays.
fn number(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let is_number = trimmed.parse::<f64>().is_ok()
        && trimmed.starts_with(|c: char| c == '-' || c == '+' || c == '.' || c.is_ascii_digit());
    if !is_number || text.len() != trimmed.len() && trimmed.is_empty() {
        return None;
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let (whole, fraction) = match mantissa.find('.') {
        Some(at) => mantissa.split_at(at),
        None => (mantissa, ""),
    };
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let ones = |text: &str, keeps: bool| -> String {
        let other = |c: char| match c {
            '0' if keeps => '0',
            c if c.is_ascii_digit() => '1',
            c => c,
        };
        text.chars().map(other).collect()
    };
    let whole = if digits(whole) == 1 {
        whole.to_owned()
    } else {
        ones(whole, false)
    };
    Some(format!("{whole}{}{exponent}", ones(fraction, true)))
}

/// Letters become `a`, digits `1`; a date keeps the letters that make it one.
fn words(text: &str) -> String {
    let is_date = {
        let mut bytes = text.trim_start().bytes();
        let mut digits =
            |count: usize| (0..count).all(|_| bytes.next().is_some_and(|one| one.is_ascii_digit()));
        digits(4) && bytes.next() == Some(b'-')
    };
    let other = |c: char| match c {
        'T' | 'Z' | 't' | 'z' if is_date => c,
        c if c.is_ascii_digit() => '1',
        c if c.is_uppercase() => 'A',
        c if c.is_alphanumeric() => 'a',
        c => c,
    };
    text.chars().map(other).collect()
}

/// A name of a member, unless it may be one of a person.
fn name(text: &str) -> String {
    let is_name = text.chars().count() <= 40
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || "_$@".contains(c))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_$-.:@".contains(c));
    if is_name {
        text.to_owned()
    } else {
        words(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::domain::Pattern;

    fn masked(text: &str) -> String {
        let ids = ["1234".to_owned()];
        let mask = Mask {
            ids: &ids,
            envelope: BTreeSet::from(["statusCode", "count"]),
            ..Mask::with(&[], std::iter::empty())
        };
        String::from_utf8(mask.body(text.as_bytes())).unwrap_or_default()
    }

    #[test]
    fn what_is_said_of_values_is_said_of_those_in_their_place() {
        let word = Domain {
            one_of: vec!["moored".into(), 25.into(), "Sea & sky".into()],
            ..Domain::default()
        };
        let number = Domain {
            at_least: Some(20),
            at_most: Some(60),
            ..Domain::default()
        };
        let matching = |text: &str| Domain {
            matches: Pattern::whole(text).ok(),
            ..Domain::default()
        };
        let (plate, odd) = (matching("[A-Z]{2}-[5-9]{3}"), matching("HB-.*"));
        for (domain, text, shown, is_unlike) in [
            (&word, r#"{"a":"moored"}"#, r#"{"a":"moored"}"#, false),
            (
                &word,
                r#"{"a":["moored",25]}"#,
                r#"{"a":["moored",25]}"#,
                false,
            ),
            (&word, r#"{"a":"Moored"}"#, r#"{"a":"Aaaaaa"}"#, false),
            (
                &word,
                "<r><a>Sea &amp; sky</a></r>",
                "<r><a>Sea &amp; sky</a></r>",
                false,
            ),
            (&word, r#"{"b":"moored"}"#, r#"{"b":"aaaaaa"}"#, false),
            (&number, r#"{"a":37}"#, r#"{"a":20}"#, false),
            (&number, "<r><a>37</a></r>", "<r><a>20</a></r>", false),
            (&number, r#"{"a":70}"#, r#"{"a":61}"#, false),
            (&number, r#"{"a":12}"#, r#"{"a":11}"#, false),
            (&number, r#"{"a":-99}"#, r#"{"a":-11}"#, false),
            (&number, r#"{"a":"37"}"#, r#"{"a":"11"}"#, false),
            (&plate, r#"{"a":"HB-567"}"#, r#"{"a":"AA-555"}"#, false),
            (&plate, r#"{"a":"HB-123"}"#, r#"{"a":"AA-111"}"#, false),
            (&odd, r#"{"a":"HB-567"}"#, r#"{"a":"AA-111"}"#, true),
        ] {
            let mut mask = Mask::with(&[], std::iter::empty());
            mask.bounds
                .insert("a", vec![Bound::Domain(domain), Bound::Constant(7)]);
            let masked = String::from_utf8(mask.body(text.as_bytes())).unwrap_or_default();
            assert_eq!(
                (masked.as_str(), mask.is_unlike()),
                (shown, is_unlike),
                "{text}"
            );
        }
        // Words for booleans are no data where a boolean stands.
        let words = Booleans {
            yes: "ja".to_owned(),
            no: "nein".to_owned(),
        };
        let mut mask = Mask::with(&[], std::iter::empty());
        mask.bounds.insert("a", vec![Bound::Boolean(&words)]);
        for (text, shown) in [
            ("<r><a>ja</a><b>ja</b></r>", "<r><a>ja</a><b>aa</b></r>"),
            ("<r><a>No</a><b>No</b></r>", "<r><a>No</a><b>Aa</b></r>"),
            ("<r><a>Ann</a></r>", "<r><a>Aaa</a></r>"),
        ] {
            assert_eq!(mask.body(text.as_bytes()), shown.as_bytes(), "{text}");
        }
        let mut mask = Mask::with(&[], std::iter::empty());
        mask.bounds.insert("a", vec![Bound::Constant(47)]);
        assert_eq!(mask.body(br#"{"a":47,"b":47}"#), br#"{"a":47,"b":11}"#);
    }

    #[test]
    fn values_have_their_type_and_length_and_nothing_else() {
        for (text, shown) in [
            (
                r#"{"count":"4.2","statusCode":"ok7","response":{"count":"4.2"}}"#,
                r#"{"count":"4.2","statusCode":"aa1","response":{"count":"4.1"}}"#,
            ),
            ("<r><count>4.2</count></r>", "<r><count>4.2</count></r>"),
            (
                r#"{"count": 25, "statusCode":200,"response":{"id":1234,"Name":"Ann O'Neil-7","n":-56,"x":0.0,"y":10.50,"big":1e10,"ok":true,"no":null}}"#,
                r#"{"count": 25, "statusCode":200,"response":{"id":1234,"Name":"Aaa A'Aaaa-1","n":-11,"x":0.0,"y":11.10,"big":1e10,"ok":true,"no":null}}"#,
            ),
            (
                r#"["2015-12-04T08:30:00.0+02:00","6f9619ff-8b86-d011-b42d-00c04fc964ff","\u00e9\"\/b","TRUE",8]"#,
                r#"["1111-11-11T11:11:11.1+11:11","1a1111aa-1a11-a111-a11a-11a11aa111aa","a\"/a","TRUE",8]"#,
            ),
            (r#"{"Ann Bee": "#, r#"{"Aaa Aaa": "#),
            (
                "<result><count>25</count><response><id>1234</id><Name>Ann &amp; Bo&#233;</Name><n>56</n><ok>True</ok><e/><![CDATA[Ann]]></response></result>",
                "<result><count>25</count><response><id>1234</id><Name>Aaa &amp; Aaa</Name><n>11</n><ok>True</ok><e/><![CDATA[Aaa]]></response></result>",
            ),
            (
                "<r xmlns:i='http://w3'><a b=\"Ann\" i:nil='true'>",
                "<r xmlns:i='http://w3'><a b=\"Aaa\" i:nil='true'>",
            ),
            (
                "<r><Jürgen_Müller é='Ann'>Ann</Jürgen_Müller><é/></r>",
                "<r><Aaaaaa_Aaaaaa a='Aaa'>Aaa</Aaaaaa_Aaaaaa><a/></r>",
            ),
            (
                "<?xml version=\"1.0\"?><!DOCTYPE r SYSTEM \"r9.dtd\"><r>Ann</r>",
                "<?xml version=\"1.0\"?><!DOCTYPE r SYSTEM \"r9.dtd\"><r>Aaa</r>",
            ),
            ("Ann, 12", "Aaa, 11"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
    }
}
