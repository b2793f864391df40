//! Lever's other ways, each documented or seen by somebody: the same account, told differently, makes the same badges.

use super::*;

async fn is_the_same(text: &str) {
    check(&habits(text), Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn empty_texts_and_lists_are_null() {
    is_the_same("empty-as-null").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resumes_without_an_envelope_and_with_numbers_as_texts() {
    is_the_same("old-types").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_resume_is_404() {
    is_the_same("old-resumes").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_come_first() {
    is_the_same("oldest-first").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn include_costs_the_applications() {
    is_the_same("lean-include").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn include_is_refused() {
    is_the_same("no-include").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_page_has_a_token_too() {
    is_the_same("spare-token").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_at_once() {
    is_the_same("empty-as-null,old-types,old-resumes,lean-include,spare-token").await;
}
