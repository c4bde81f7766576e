//! Which media types answers have, and how they are asked for.

use crate::contract::{Contract, Format, Operation};
use crate::profile::Profile;

impl Profile {
    /// The media types that an answer of an operation may carry: the one that is documented for it, then those of
    /// the profile.
    #[must_use]
    pub fn media_types_of(&self, operation: &Operation, format: Format) -> Vec<String> {
        let own = self.own_media_type(operation, format);
        let others = operation.response(format).into_iter();
        let others = others.flat_map(|answer| answer.other_media_types.clone());
        let mut all: Vec<String> = own.into_iter().chain(others).collect();
        for usual in self.media_types(format) {
            if !all.contains(usual) {
                all.push(usual.clone());
            }
        }
        all
    }

    /// The documented media type of an answer that the profile does not know.
    #[must_use]
    pub fn own_media_type(&self, operation: &Operation, format: Format) -> Option<String> {
        let documented = operation.documented_media_type(format)?;
        (!self.media_types(format).contains(&documented)).then_some(documented)
    }

    /// The `Accept` header of a request of an operation: the documented media type before what the profile asks for.
    #[must_use]
    pub fn accept_of(&self, operation: &Operation, format: Format) -> String {
        let usual = self.accept(format);
        let Some(own) = self.own_media_type(operation, format) else {
            return usual.to_owned();
        };
        let essence = |range: &str| range.split(';').next().map(str::trim).map(str::to_owned);
        let first = essence(&own);
        let ranges = usual.split(',').map(str::trim);
        let ranges = ranges.filter(|range| essence(range) != first);
        let ranges = ranges.map(|range| {
            let weight = if range.contains(';') { "" } else { ";q=0.9" };
            format!("{range}{weight}")
        });
        let ranges: Vec<String> = std::iter::once(own).chain(ranges).collect();
        ranges.join(", ")
    }

    /// The `Accept` header of a read of JSON at a path: that of the operation that has it, where one does.
    #[must_use]
    pub fn accept_at(&self, contract: &Contract, path: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        let path = path.trim_matches('/');
        let mut reads = contract.operations.iter();
        let read = reads.find(|one| {
            let stem = path.strip_suffix(self.ending(&one.path, Format::Json));
            one.method == "GET" && one.path.eq_ignore_ascii_case(stem.unwrap_or(path))
        });
        read.map_or_else(
            || self.accept(Format::Json).to_owned(),
            |read| self.accept_of(read, Format::Json),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;
    use crate::profile;
    use crate::source::Source;

    #[test]
    fn a_path_that_says_how_it_ends_gets_no_ending() {
        let profile = profile::load("community-server").unwrap();
        for (path, expected) in [
            ("api/2.0/boats", ".json"),
            ("api/2.0/boats/{id}", ".json"),
            ("api/2.0/boats.v2/{id}", ".json"),
            ("api/2.0/boats.all", ".json"),
            ("boats.json", ""),
            ("boats/{id}.json", ""),
            ("boats/{id}.{format}", ""),
        ] {
            assert_eq!(profile.ending(path, Format::Json), expected, "{path}");
        }
    }

    #[test]
    fn a_documented_media_type_is_asked_for_and_accepted_before_those_of_the_profile() {
        let profile = profile::load("as-documented").unwrap();
        for (documented, own) in [
            ("application/hal+json", Some("application/hal+json")),
            ("Text/JSON; charset=utf-8", Some("text/json")),
            ("application/json; charset=utf-8", None),
            ("'*/*'", None),
            ("application/*", None),
        ] {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          \
                 description: Boats\n          content:\n            {documented}:\n              schema: \
                 {{type: object, properties: {{id: {{type: integer}}}}}}\n"
            );
            let contract = contract::of_sources(vec![Source::new("boats.yaml", &text)]).unwrap();
            let operation = &contract.operations[0];
            let known = ["application/json"].into_iter();
            let expected: Vec<&str> = own.into_iter().chain(known).collect();
            let accepted = profile.media_types_of(operation, Format::Json);
            assert_eq!(accepted, expected, "{documented}");
            let expected = own.map_or("application/json".to_owned(), |own| {
                format!("{own}, application/json;q=0.9")
            });
            assert_eq!(profile.accept_of(operation, Format::Json), expected);
            assert_eq!(profile.accept_at(&contract, "/boats?size=1"), expected);
        }
    }

    #[test]
    fn each_media_type_is_asked_for_once() {
        let text =
            "extends = \"as-documented\"\nname = \"mine\"\n[json]\nmedia-types = [\"text/json\"]\n";
        let profile = profile::parse("mine.toml", text).unwrap();
        let page = "GET api/2.0/boat\nReturns\nBoat\nExample Response\n\napplication/json\n\n\
                    {\"status\": 0, \"response\": {\"id\": 1}}\n";
        let contract = contract::of_sources(vec![Source::new("boat", page)]).unwrap();
        let operation = &contract.operations[0];
        assert_eq!(profile.accept(Format::Json), "application/json");
        let accept = profile.accept_of(operation, Format::Json);
        assert_eq!(accept, "application/json");
    }

    #[test]
    fn a_page_names_the_media_type_of_its_example_too() {
        let page = "GET api/2.0/boat\nReturns\nBoat\nExample Response\n\napplication/vnd.boat+json\n\n\
                    {\"status\": 0, \"response\": {\"id\": 1}}\n";
        let contract = contract::of_sources(vec![Source::new("boat", page)]).unwrap();
        let operation = &contract.operations[0];
        let documented = operation.documented_media_type(Format::Json);
        assert_eq!(documented.as_deref(), Some("application/vnd.boat+json"));
    }
}
