//! What the root element of XML answers is called.

use crate::contract::{Format, Operation, ResponseExample};
use crate::profile::{Described, EnvelopeMember, Profile, RootList};
use crate::shape::{Kind, Shape};

impl Profile {
    /// The root element of XML answers of an operation: that of its schema or example, where the profile leaves it
    /// to the pages, else the profile's.
    #[must_use]
    pub fn root(&self, operation: &Operation) -> String {
        let promised = self.promised_root(operation);
        promised.unwrap_or(&self.xml.root).to_owned()
    }

    /// The same where something says it; none where it is left to a document that does not.
    pub(crate) fn promised_root<'a>(&'a self, operation: &'a Operation) -> Option<&'a str> {
        let example = operation.response(Format::Xml);
        let example =
            example.filter(|example| self.xml.documented_root && !self.is_of_payload(example));
        let Some(example) = example else {
            return Some(&self.xml.root);
        };
        let documented = match &example.root {
            Some(root) => Some(root.as_str()),
            None => root_of(operation.source.slice(example.body)),
        };
        documented.or_else(|| (!is_of_schema(example)).then_some(&*self.xml.root))
    }

    /// How XML has a list that is the whole answer of an operation, where a document says that it is one.
    pub(crate) fn root_list(&self, operation: &Operation) -> Option<RootList> {
        let example = operation.response(Format::Xml)?;
        let shape = example.shape.as_ref()?;
        let is_whole = is_of_schema(example) && !self.is_of_payload(example);
        let is_list = matches!(shape.kind, Kind::List(_));
        let shown = || Some(item_of(operation.source.slice(example.body))?.to_owned());
        let item = example.item.clone().or_else(shown);
        // Items that are called as the root are lists as those of pages.
        let is_as_root = item.is_some() && item.as_deref() == self.promised_root(operation);
        (is_whole && is_list && !is_as_root).then_some(RootList { item })
    }

    /// Whether what is documented of an answer is the payload alone, without the envelope around it.
    pub(super) fn is_of_payload(&self, example: &ResponseExample) -> bool {
        let name = self.envelope.documented_payload();
        let schema = example.shape.as_ref().filter(|_| !example.is_whole);
        self.envelope.schemas == Described::Payload
            && schema.is_some_and(|schema| schema.member(name).is_none())
    }

    /// Whether a documented answer has the profile's envelope around its payload: a page shows the payload under its
    /// name, and a schema has something that must stand beside it; else a member of that name is one as any other.
    pub(super) fn is_enveloped(&self, example: &ResponseExample, documented: &Shape) -> bool {
        let beside = &self.envelope.members;
        let is_there = |name: &str| documented.member(name).is_some();
        let may_lack = |member: &EnvelopeMember| member.optional || member.omitted_at_zero;
        is_there(self.envelope.documented_payload())
            && (!is_of_schema(example)
                || example.is_whole
                || beside.iter().all(may_lack)
                || beside.iter().any(|member| is_there(&member.name)))
    }
}

/// Whether a schema says what the answer is, and no example.
fn is_of_schema(example: &ResponseExample) -> bool {
    example.shape.is_some() && !example.is_of_examples
}

/// The name of the first element in the first one of a text in XML, without a prefix.
fn item_of(text: &str) -> Option<&str> {
    root_of(text)?;
    let mut elements = text.split('<').skip(1);
    let is_start = |tag: &&str| tag.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let tag = elements.by_ref().filter(is_start).nth(1)?;
    let end = tag.find(|c: char| c.is_whitespace() || "/>".contains(c))?;
    tag[..end].rsplit(':').next()
}

/// The name of the first element of a text in XML, without a prefix.
fn root_of(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let ends = [("<?", "?>"), ("<!--", "-->"), ("<!", ">")];
        let mut before = ends.iter().filter(|(begin, _)| rest.starts_with(begin));
        let Some((_, end)) = before.next() else {
            break;
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || "/>".contains(c))?;
    let name = name[..end].rsplit(':').next()?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::{self, Contract};
    use crate::profile;
    use crate::schema;
    use crate::source::Source;

    fn read(name: &str, text: &str) -> Contract {
        contract::of_sources(vec![Source::new(name, text)]).unwrap()
    }

    fn page(xml: &str) -> Contract {
        let text = format!(
            "GET api/2.0/boat\nReturns\nBoat\nExample Response\n\napplication/json\n\n\
             {{\"status\": 0, \"response\": {{\"Id\": 7}}}}\n\ntext/xml\n\n{xml}\n"
        );
        read("boat", &text)
    }

    fn document(schema: &str) -> Contract {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boat:\n    get:\n      responses:\n        '200':\n          description: \
             Boat\n          content:\n            application/json: &a\n              schema: {{$ref: \
             '#/components/schemas/Boat'}}\n            application/xml:\n              schema: {{$ref: \
             '#/components/schemas/Boat'}}\ncomponents:\n  schemas:\n    Boat:\n{schema}"
        );
        read("boat.yaml", &text.replace(" &a", ""))
    }

    const BOAT: &str = "      type: object\n      required: [id, sails]\n      properties: {id: {type: integer}, \
                        sails: {type: boolean}}\n";

    #[test]
    fn the_root_is_that_of_the_example_where_the_profile_leaves_it_to_the_pages() {
        let documented = profile::load("as-documented").unwrap();
        let own = "extends = \"as-documented\"\nname = \"mine\"\n[xml]\nroot = \"answer\"\n";
        let own = profile::parse("mine.toml", own).unwrap();
        for (xml, expected) in [
            (
                "<reply><status>0</status><response><Id>7</Id></response></reply>",
                "reply",
            ),
            (
                "<?xml version=\"1.0\"?>\n<!-- a --><reply a=\"b\"><status>0</status></reply>",
                "reply",
            ),
            ("<result><status>0</status></result>", "result"),
            ("<reply/>", "reply"),
        ] {
            let contract = page(xml);
            let operation = &contract.operations[0];
            assert_eq!(documented.root(operation), expected, "{xml}");
            assert_eq!(own.root(operation), "answer", "{xml}");
            let answer = documented.answer(operation, Format::Xml).unwrap();
            assert_eq!(answer.root, expected);
            let grammar = schema::relax_ng(&answer);
            let start = format!("<element name=\"{expected}\">");
            assert!(grammar.contains(&start), "{grammar}");
        }
    }

    #[test]
    fn the_root_is_that_of_the_schema_and_booleans_are_those_of_xml_schema() {
        let profile = Arc::new(profile::load("as-documented").unwrap());
        for (named, expected) in [("      xml: {name: boat}\n", "boat"), ("", "Boat")] {
            let contract = document(&format!("{BOAT}{named}"));
            let operation = &contract.operations[0];
            assert_eq!(profile.root(operation), expected);
            assert_eq!(profile.booleans(operation).yes, "true");
            let again = schema::openapi(&contract, &profile).to_string();
            assert_eq!(
                profile.root(&read("again.json", &again).operations[0]),
                expected
            );
            let deployment =
                crate::portal::Deployment::new(Arc::new(contract), Arc::clone(&profile), "token");
            let engine = crate::portal::engine::Engine::new(deployment);
            let probe = crate::portal::tests_support::Probe::new("GET", "/boat.xml");
            let reply = crate::portal::tests_support::ask(&engine, &probe);
            let body = String::from_utf8(reply.body).unwrap();
            assert!(body.starts_with(&format!("<{expected}>")), "{body}");
            assert!(body.contains("<sails>true</sails>"), "{body}");
        }
        // The schema of a payload does not name what is around it.
        let mut payload = profile::load("as-documented").unwrap();
        payload.envelope.schemas = Described::Payload;
        let contract = document(&format!("{BOAT}      xml: {{name: boat}}\n"));
        assert_eq!(payload.root(&contract.operations[0]), "result");
    }
}
