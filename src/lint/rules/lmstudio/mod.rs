//! The rules on what LM Studio makes of a provider.

pub(super) mod key_for_open_server;
