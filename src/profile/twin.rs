//! Formats that no document names and portals of a kind answer in all the same.

use crate::contract::{Contract, Format, ResponseExample};
use crate::profile::Profile;

impl Profile {
    /// A contract with what portals of this kind answer in XML too, where a schema documents JSON alone: the
    /// same members as elements, as the profile spells them.
    #[must_use]
    pub fn widened(&self, mut contract: Contract) -> Contract {
        if !self.xml.of_schemas {
            return contract;
        }
        for operation in &mut contract.operations {
            let json = operation.response(Format::Json);
            let Some(json) = json.filter(|json| json.shape.is_some() && !json.is_of_examples)
            else {
                continue;
            };
            if operation.response(Format::Xml).is_none() {
                let twin = ResponseExample {
                    format: Format::Xml,
                    ..json.clone()
                };
                operation.responses.push(twin);
            }
        }
        contract
    }
}
