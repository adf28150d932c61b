//! `request.proxy`, for the rules that judge it.

use super::flag;
use crate::config::UrlField;
use crate::diagnostic::{Finding, RuleInfo};
use crate::lint::Context;
use crate::lint::base::{Base, every_request_is_refused};
use crate::trust::Verdict;

/// The addresses of providers that are asked through an explicit proxy.
pub(super) fn of_providers<'a, 'c>(context: &'a Context<'c>) -> impl Iterator<Item = &'a Base<'c>> {
    flag::of_any_provider(context).filter(|base| {
        let decided = |url: UrlField<'_>| url.missing.is_empty();
        base.provider.proxy_url().is_some_and(decided)
    })
}

/// A finding at the address of the proxy.
pub(super) fn finding(
    rule: &'static RuleInfo,
    base: &Base<'_>,
    message: String,
    help: &str,
    verdict: Option<&Verdict>,
) -> Option<Finding> {
    let url = base.provider.proxy_url()?;
    let path = base
        .provider
        .path
        .child("request")
        .child("proxy")
        .child("url");
    let finding = Finding::new(rule, path, url.node.span(), message);
    let outcome = verdict.map(every_request_is_refused).unwrap_or_default();
    let help = format!("{help} {outcome}");
    let help = help.trim_end().to_owned();
    Some(
        finding
            .with_help(help)
            .with_label(base.address.node.span(), "the address"),
    )
}
