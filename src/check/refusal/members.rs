//! The documented members of a resource, found in any text: what holds many of them with values holds a
//! resource.
//!
//! What only describes them, as an answer to `OPTIONS` may (RFC 9110, 9.3.7), has no values of theirs: in the
//! place of a text stands an object that says its type.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::shape::{Kind, Shape};

/// What refusals tell of themselves, in lower case: the error of the portals' envelope, and the members of
/// problem details (RFC 9457, 3.1, and what ASP.NET Core adds to them).
pub const MEMBERS_OF_REFUSALS: [&str; 12] = [
    "code", "data", "detail", "error", "errors", "hresult", "instance", "message", "stack",
    "status", "traceid", "type",
];

/// Words for types, in lower case: what says one of them describes a member and gives no value.
const TYPES: [&str; 20] = [
    "array",
    "bool",
    "boolean",
    "date",
    "date-time",
    "datetime",
    "decimal",
    "email",
    "field",
    "float",
    "guid",
    "int",
    "integer",
    "list",
    "number",
    "object",
    "string",
    "text",
    "uri",
    "uuid",
];

/// Finds the documented members of a resource in any text.
#[derive(Debug)]
pub(in crate::check) struct MemberFinder {
    /// The names as JSON writes them, and behind those the same as XML does; none where they are too many.
    finder: Option<AhoCorasick>,
    /// What the value of each looks like.
    forms: Vec<Form>,
}

/// What a value of a documented type looks like in lower case; values of drifted portals too, such as a number
/// in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// An object whose first member is one of these; of any name but `type` where there are none.
    Object(Vec<String>),
    List(Box<Form>),
    Text,
    Number,
    Boolean,
    Any,
}

impl MemberFinder {
    /// Names that refusals have anyway are left out, those of the envelope among them, and those that documented
    /// ones have, unless a resource has no others.
    pub(in crate::check) fn of(resource: &Shape, envelope: &[&str], documented: &[String]) -> Self {
        let is_of_refusals = |name: &str| {
            let mut around = envelope.iter();
            MEMBERS_OF_REFUSALS.contains(&name) || around.any(|one| one.eq_ignore_ascii_case(name))
        };
        let members = resource.members().iter();
        let members = members.map(|member| (member.name.to_lowercase(), &member.shape));
        let mut members: Vec<(String, &Shape)> =
            members.filter(|(name, _)| !is_of_refusals(name)).collect();
        let is_documented = |name: &String| {
            let mut documented = documented.iter();
            documented.any(|one| one.eq_ignore_ascii_case(name))
        };
        if !members.iter().all(|(name, _)| is_documented(name)) {
            members.retain(|(name, _)| !is_documented(name));
        }
        let members = members.into_iter();
        let (names, forms): (Vec<String>, Vec<Form>) =
            members.map(|(name, shape)| (name, Form::of(shape))).unzip();
        let in_json = names.iter().map(|name| format!("\"{name}\""));
        let in_xml = names.iter().map(|name| format!("<{name}>"));
        let mut builder = AhoCorasick::builder();
        // Refusals are few and short: what is quick to build is best.
        builder.kind(Some(AhoCorasickKind::NoncontiguousNFA));
        Self {
            finder: builder.build(in_json.chain(in_xml)).ok(),
            forms,
        }
    }

    /// How many names there are.
    pub(super) fn count(&self) -> usize {
        self.forms.len()
    }

    /// How many of the members have a value in a JSON or XML text in lower case; it is gone through once, as
    /// it may be long and there may be many such texts.
    pub(super) fn held(&self, text: &str) -> usize {
        let count = self.count();
        if count == 0 {
            return 0;
        }
        let mut held = vec![false; count];
        let found = self.finder.iter();
        for found in found.flat_map(|finder| finder.find_overlapping_iter(text)) {
            let at = found.pattern().as_usize();
            let (form, rest) = (&self.forms[at % count], &text[found.end()..]);
            let held = &mut held[at % count];
            *held = *held
                || if at < count {
                    let value = rest.trim_start().strip_prefix(':');
                    value.is_some_and(|value| form.is_in_json(value.trim_start()))
                } else {
                    form.is_in_xml(rest.trim_start())
                };
        }
        held.into_iter().filter(|is_held| *is_held).count()
    }
}

impl Form {
    fn of(shape: &Shape) -> Self {
        match &shape.kind {
            Kind::Object(object) if object.others.is_some() => Self::Object(Vec::new()),
            Kind::Object(_) => {
                let members = shape.members().iter();
                Self::Object(members.map(|member| member.name.to_lowercase()).collect())
            }
            Kind::List(item) => Self::List(Box::new(Self::of(item))),
            Kind::Text | Kind::DateTime(_) | Kind::Guid => Self::Text,
            Kind::Integer | Kind::Number => Self::Number,
            Kind::Boolean => Self::Boolean,
            Kind::Unknown | Kind::Mixed => Self::Any,
        }
    }

    /// Whether a text in JSON begins with such a value.
    fn is_in_json(&self, value: &str) -> bool {
        let quoted = value.strip_prefix('"');
        let end = |c: char| c == '"' || c == '\\';
        let said = match quoted {
            Some(text) => text.split(end).next(),
            None => value
                .split(|c: char| ",]}".contains(c) || c.is_whitespace())
                .next(),
        };
        let said = said.unwrap_or_default();
        match self {
            Self::Object(names) => {
                let inside = value.strip_prefix('{').map(str::trim_start);
                let name = inside.and_then(|inside| inside.strip_prefix('"'));
                name.and_then(|name| name.split('"').next())
                    .is_some_and(|name| has(names, name))
            }
            Self::List(item) => {
                let inside = value.strip_prefix('[').map(str::trim_start);
                inside.is_some_and(|inside| inside.starts_with(']') || item.is_in_json(inside))
            }
            Self::Text if quoted.is_some() => !TYPES.contains(&said),
            Self::Text => is_number(said) || is_boolean(said),
            Self::Number => is_number(said),
            Self::Boolean => is_boolean(said),
            Self::Any => match value.chars().next() {
                Some('{') => Self::Object(Vec::new()).is_in_json(value),
                Some('"') => !TYPES.contains(&said),
                _ => said != "null",
            },
        }
    }

    /// Whether what stands behind the start of an element begins with such a value.
    fn is_in_xml(&self, content: &str) -> bool {
        let marked = content.strip_prefix("<![cdata[");
        let is_text = marked.is_some() || !content.starts_with('<');
        let said = marked.unwrap_or(content);
        let said = said.split(['<', ']']).next().unwrap_or_default().trim();
        let child = content.strip_prefix('<').filter(|_| !is_text);
        let child = child.filter(|child| !child.starts_with(['/', '!', '?']));
        match self {
            Self::Object(names) => {
                let ends = |c: char| c.is_whitespace() || c == '>' || c == '/';
                let name = child.and_then(|child| child.split(ends).next());
                name.is_some_and(|name| has(names, name))
            }
            // One element for each item, or one around all.
            Self::List(item) => {
                let inside = child.filter(|_| matches!(**item, Self::Object(_)));
                let inside = inside.and_then(|child| Some(child.split_once('>')?.1.trim_start()));
                item.is_in_xml(content) || inside.is_some_and(|inside| item.is_in_xml(inside))
            }
            Self::Text => child.is_none() && !TYPES.contains(&said),
            Self::Number => is_text && is_number(said),
            Self::Boolean => is_text && is_boolean(said),
            Self::Any => match child {
                Some(_) => Self::Object(Vec::new()).is_in_xml(content),
                None => !TYPES.contains(&said),
            },
        }
    }
}

/// Whether an object of these members begins with this one.
fn has(names: &[String], name: &str) -> bool {
    if names.is_empty() {
        return name != "type" && !name.starts_with('$');
    }
    names.iter().any(|one| one == name)
}

fn is_number(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || c == '-';
    text.starts_with(is_digit) && text.parse::<f64>().is_ok()
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "false" | "0" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_of_the_documented_type_and_no_description() {
        let object = || Form::Object(vec!["id".to_owned(), "title".to_owned()]);
        let list = |item| Form::List(Box::new(item));
        for (form, value, expected) in [
            (Form::Text, "\"ann\"", true),
            (Form::Text, "\"\"", true),
            (Form::Text, "5,", true),
            (Form::Text, "\"string\"", false),
            (Form::Text, "null", false),
            (Form::Text, "{\"type\": \"string\"}", false),
            (Form::Text, "[\"is required\"]", false),
            (Form::Number, "5}", true),
            (Form::Number, "-1.5e3 ", true),
            (Form::Number, "\"5\"", true),
            (Form::Number, "\"a number\"", false),
            (Form::Number, "{\"type\": 5}", false),
            (Form::Boolean, "true,", true),
            (Form::Boolean, "\"false\"", true),
            (Form::Boolean, "null", false),
            (Form::Boolean, "\"boolean\"", false),
            (object(), "{ \"title\": 1}", true),
            (object(), "{\"type\": \"object\"}", false),
            (object(), "{}", false),
            (object(), "\"ann\"", false),
            (Form::Object(Vec::new()), "{\"any\": 1}", true),
            (Form::Object(Vec::new()), "{\"type\": 1}", false),
            (list(Form::Text), "[\"vip\"]", true),
            (list(Form::Text), "[]", true),
            (list(object()), "[ { \"id\": 1 } ]", true),
            (list(object()), "[{\"type\": 1}]", false),
            (list(Form::Text), "{\"type\": \"list\"}", false),
            (Form::Any, "\"ann\"", true),
            (Form::Any, "[1]", true),
            (Form::Any, "null}", false),
            (Form::Any, "{\"$ref\": \"x\"}", false),
        ] {
            assert_eq!(form.is_in_json(value), expected, "{form:?} {value}");
        }
        for (form, content, expected) in [
            (Form::Text, "ann</name>", true),
            (Form::Text, "<![cdata[ann]]></name>", true),
            (Form::Text, "</name>", true),
            (Form::Text, "string</name>", false),
            (Form::Text, "<type>string</type>", false),
            (Form::Number, "5</a>", true),
            (Form::Number, "<type>5</type>", false),
            (Form::Number, "integer</a>", false),
            (Form::Boolean, "true</a>", true),
            (Form::Boolean, "</a>", false),
            (object(), "<id>1</id>", true),
            (object(), "<id/>", true),
            (object(), "<type>object</type>", false),
            (object(), "ann</a>", false),
            (list(Form::Text), "vip</tags>", true),
            (list(Form::Text), "<type>list</type>", false),
            (list(object()), "<id>1</id>", true),
            (list(object()), "<item><id>1</id></item>", true),
            (list(object()), "<type><a/></type>", false),
            (Form::Any, "ann</a>", true),
            (Form::Any, "<a>1</a>", true),
            (Form::Any, "<type>1</type>", false),
        ] {
            assert_eq!(form.is_in_xml(content), expected, "{form:?} {content}");
        }
    }
}
