//! Contracts and answers of any size.

use std::fmt::Write as _;

use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::page;
use portal_conformance::source::Source;
use serde_json::Value;

/// The built-in pages, and the first of them again and again under other paths: so many in all.
pub(crate) fn pages(count: usize) -> Vec<Source> {
    let mut pages = page::builtin();
    let first = pages[0].text.clone();
    for at in pages.len()..count {
        let text = first.replace("crm/contact", &format!("crm/contact{at}"));
        pages.push(Source::new(&format!("{at}.txt"), &text));
    }
    pages.truncate(count);
    pages
}

/// A document of so many reads.
pub(crate) fn openapi(count: usize) -> Source {
    let mut text = String::from(
        "openapi: 3.1.0\ninfo: {title: Harbour, version: '1'}\ncomponents:\n  schemas:\n    Boat:\n      type: object\n      \
         required: [id, name, berth]\n      properties:\n        id: {type: integer, example: 7}\n        name: {type: string, example: Dora}\n        \
         length: {type: number, example: 9.5}\n        built: {type: string, format: date-time, example: '2019-05-04T10:00:00Z'}\n        \
         berth:\n          type: object\n          required: [pier]\n          properties: {pier: {type: string, example: North}, number: {type: integer, example: 3}}\n        \
         flags: {type: array, items: {type: string, example: blue}}\npaths:\n",
    );
    for at in 0..count {
        let _ = write!(
            text,
            "  /api/2.0/harbour{at}/boat/{{boatId}}:\n    get:\n      operationId: boat{at}\n      summary: A boat\n      parameters:\n        \
             - {{name: boatId, in: path, required: true, schema: {{type: integer, example: 7}}}}\n      responses:\n        '200':\n          \
             description: Boat\n          content:\n            application/json:\n              schema: {{$ref: '#/components/schemas/Boat'}}\n"
        );
    }
    Source::new("harbour.yaml", &text)
}

pub(crate) fn contract(sources: Vec<Source>) -> Contract {
    contract::of_sources(sources).expect("what is made here is a contract")
}

/// The built-in example of a list, with so many items, one line each in XML as in the page.
pub(crate) fn list(contract: &Contract, at: usize, format: Format, count: usize) -> String {
    let operation = &contract.operations[at];
    let example = operation.response(format).expect("there is an example");
    let text = operation.source.slice(example.body);
    match format {
        Format::Json => {
            let mut body: Value = serde_json::from_str(text).expect("an example is JSON");
            let items = body["response"].as_array().cloned().unwrap_or_default();
            body["response"] = items.iter().cycle().take(count).cloned().collect();
            if let Some(told) = body.get_mut("count") {
                *told = count.into();
            }
            body.to_string()
        }
        Format::Xml => {
            let begin = text.find("<response>").expect("an item begins");
            let end = text.rfind("</response>").expect("an item ends") + "</response>".len();
            let item = format!("{}\n  ", &text[begin..end]);
            format!("{}{}{}", &text[..begin], item.repeat(count), &text[end..])
        }
    }
}
