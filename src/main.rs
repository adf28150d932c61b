//! clawconf
fn main() {}
