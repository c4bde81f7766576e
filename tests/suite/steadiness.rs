//! Verdicts that hang on the resources that are named, and on nothing else.

use crate::support::{Served, run};

#[test]
fn an_id_with_zeros_before_it_names_the_same_resource() {
    let served = Served::start(&[]);
    let named = ["--param", "contactid=01234,0001235"];
    let tried = run(&mut served.run(&[&named[..], &["--allow-writes"]].concat()));
    assert_eq!(tried.code, Some(0), "{}", tried.stdout);
}
