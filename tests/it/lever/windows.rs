//! The windows of a list against simulated accounts, on a clock of their own: complete, within the request bound, in time.

use acquaint::lever::windows::{Plan, Turn};
use acquaint::model::Millis;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

const DAY: i64 = 86_400_000;
const NOW: i64 = 20_800 * DAY;
const LATENCY: f64 = 0.3;
const RATE: f64 = 10.0;
const BURST: f64 = 10.0;

/// How the simulated account orders a list.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    NewestFirst,
    OldestFirst,
    /// By nothing that is known.
    Shuffled,
    /// Newest first page by page, but not within the second and later ones.
    Turning,
}

struct Outcome {
    rows: usize,
    requests: usize,
    seconds: f64,
}

/// Rows of the window in the account's order, as (createdAt, id).
fn select(account: &[i64], order: Order, turn: &Turn) -> Vec<(i64, usize)> {
    let inside = |at: i64| turn.from.is_none_or(|it| at >= it.0) && turn.to.is_none_or(|it| at <= it.0);
    let mut rows: Vec<_> = account.iter().enumerate().filter(|it| inside(*it.1)).map(|(id, at)| (*at, id)).collect();
    rows.sort_by_key(|it| std::cmp::Reverse(*it));
    match order {
        Order::NewestFirst => {}
        Order::OldestFirst => rows.reverse(),
        Order::Shuffled => rows.sort_by_key(|it| (it.1 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        Order::Turning => rows.chunks_mut(100).skip(1).for_each(<[_]>::reverse),
    }
    rows
}

/// Lists the account as the client does, one page at a time of simulated traffic.
fn simulate(account: &[i64], order: Order) -> Outcome {
    simulate_forgetting(account, order, |_| false)
}

/// The same, while Lever refuses the token of every request that `forgets`, by its number.
fn simulate_forgetting(account: &[i64], order: Order, forgets: impl Fn(usize) -> bool) -> Outcome {
    let mut plan = Plan::whole(None, Millis(NOW - 12 * 365 * DAY));
    let mut seen = BTreeSet::new();
    let (mut clock, mut full_at, mut requests, mut last) = (0.0_f64, 0.0_f64, 0, 0.0);
    let mut width = 2;
    let mut flying: Vec<(f64, Turn)> = Vec::new();
    loop {
        while let Some(turn) = plan.turn(width) {
            let earliest = clock.max(full_at - (BURST - 1.0) / RATE);
            full_at = full_at.max(earliest) + 1.0 / RATE;
            requests += 1;
            flying.push((earliest + LATENCY, turn));
        }
        let Some(next) = (0..flying.len()).min_by(|a, b| flying[*a].0.total_cmp(&flying[*b].0)) else { break };
        let (at, turn) = flying.swap_remove(next);
        (clock, last) = (at, at);
        if turn.offset.is_some() && forgets(requests) {
            assert!(plan.again(turn.cursor), "it gets on");
            continue;
        }
        let rows = select(account, order, &turn);
        let skip = turn.offset.as_ref().map_or(0, |it| it.parse::<usize>().expect("our own token"));
        let page: Vec<_> = rows.iter().skip(skip).take(100).copied().collect();
        let token = (skip + 100 < rows.len()).then(|| (skip + 100).to_string());
        let created: Vec<_> = page.iter().map(|it| Millis(it.0)).collect();
        seen.extend(page.iter().map(|it| it.1));
        plan.seen(turn.cursor, &created, token).expect("tokens never repeat");
        width = Plan::width(RATE, Duration::from_secs_f64(LATENCY));
    }
    Outcome { rows: seen.len(), requests, seconds: last }
}

fn check(name: &str, account: &[i64], seconds: f64) {
    let it = simulate(account, Order::NewestFirst);
    let least = account.len().div_ceil(100).max(1);
    eprintln!("{name}: {} rows, {} requests (least {least}), {:.1} s (bound {seconds:.1})", it.rows, it.requests, it.seconds);
    assert_eq!(it.rows, account.len(), "{name}: complete");
    assert!(it.requests <= least + 12 + least / 16, "{name}: {} requests for {least} pages", it.requests);
    assert!(it.seconds <= seconds, "{name}: {:.1} s, bound {seconds:.1} s", it.seconds);
}

/// The bound of a list whose reference lists take three requests.
fn bound(rows: usize) -> f64 {
    (rows.div_ceil(100) + 3) as f64 / RATE * 1.1 + 2.0 - LATENCY
}

fn spread(rows: i64, years: f64, power: f64) -> Vec<i64> {
    let length = years * 365.0 * DAY as f64;
    (0..rows).map(|it| NOW - (length * (it as f64 / rows as f64).powf(power)) as i64).collect()
}

#[test]
fn a_list_spread_over_time_uses_the_allowance() {
    for years in [0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 5.5, 7.0, 9.0, 11.5] {
        for power in [1.0, 1.5, 2.0, 3.0] {
            check(&format!("5,000 over {years} years, power {power}"), &spread(5_000, years, power), bound(5_000));
        }
    }
    check("50,000 over 5 years", &spread(50_000, 5.0, 1.0), 58.0);
    check("50,000 over 3 years, growing", &spread(50_000, 3.0, 2.0), 58.0);
}

/// A token that is not known costs one request where pages are newest first, and no row in any order.
#[test]
fn forgotten_tokens_cost_a_request_each() {
    let account = spread(5_000, 3.0, 1.5);
    for every in [1, 2, 7] {
        let it = simulate_forgetting(&account, Order::NewestFirst, |request| request % every == 0);
        let refused = it.requests / every;
        assert!(it.rows == 5_000 && it.requests <= 50 + 12 + refused + 1, "every {every}th: {} rows, {} requests", it.rows, it.requests);
    }
    for order in [Order::OldestFirst, Order::Shuffled, Order::Turning] {
        let it = simulate_forgetting(&account, order, |request| request == 30);
        assert_eq!(it.rows, 5_000, "{order:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Bursts, instants and quiet years: nothing is left out, whatever the order, and the list ends.
    #[test]
    fn every_account_is_listed_whole(clusters in prop::collection::vec((0_i64..6_000, 1_usize..900, 0_u32..9), 0..8), order in 0..4) {
        let order = [Order::NewestFirst, Order::OldestFirst, Order::Shuffled, Order::Turning][order as usize];
        let account: Vec<i64> = clusters
            .iter()
            .flat_map(|&(day, rows, width)| (0..rows as i64).map(move |it| NOW - day * DAY - it * (10_i64.pow(width) - 1)))
            .collect();
        let outcome = simulate(&account, order);
        prop_assert_eq!(outcome.rows, account.len());
        let least = account.len().div_ceil(100).max(1);
        let most = if order == Order::NewestFirst { least + 11 } else { least * 2 + 24 };
        prop_assert!(outcome.requests <= most, "{} requests for {} pages", outcome.requests, least);
    }
}
