//! The allowance: never more than `burst + rate × t`, and a person before a run.

use acquaint::lever::limiter::{Bucket, Lane, Limiter, Pace, SharedAllowance};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const PACE: Pace = Pace { rate: 10, burst: 10, unit: Duration::from_secs(1), patience: Duration::from_secs(30) };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever comes when, with pauses or without.
    #[test]
    fn no_stretch_of_time_has_more_than_the_allowance(steps in prop::collection::vec((0_u64..400, 0_u8..40), 1..200)) {
        let mut bucket = Bucket::new(PACE);
        let start = Instant::now();
        let mut now = start;
        let mut taken = Vec::new();
        for (millis, pause) in steps {
            now += Duration::from_millis(millis);
            if pause == 0 {
                bucket.pause_until(now + Duration::from_secs(1));
            }
            while bucket.take(now).is_ok() {
                taken.push((now - start).as_secs_f64());
            }
        }
        for (i, from) in taken.iter().enumerate() {
            for (j, to) in taken.iter().enumerate().skip(i) {
                prop_assert!((j - i + 1) as f64 <= 10.0 + 10.0 * (to - from) + 1e-6);
            }
        }
    }
}

#[test]
fn the_moment_it_names_is_the_earliest() {
    let mut bucket = Bucket::new(PACE);
    let mut now = Instant::now();
    for _ in 0..10 {
        assert_eq!(bucket.take(now), Ok(()));
    }
    for _ in 0..50 {
        let next = bucket.take(now).unwrap_err();
        assert_eq!(next - now, Duration::from_millis(100));
        assert!(bucket.take(next - Duration::from_millis(1)).is_err());
        assert_eq!(bucket.take(next), Ok(()));
        now = next;
    }
}

/// Tells a gate of refusals, and returns how long it then holds a request back, in units of a tenth.
async fn held(refusals: impl FnOnce(&Limiter)) -> u128 {
    let limiter = Limiter::new(Pace { burst: 1, unit: Duration::from_millis(200), ..PACE });
    limiter.permit(Lane::Run).await;
    let began = Instant::now();
    refusals(&limiter);
    limiter.permit(Lane::Run).await;
    began.elapsed().as_millis() / 20
}

#[tokio::test]
async fn pauses_grow_with_the_refusals_in_a_row() {
    let again = |limiter: &Limiter, times: u32| (0..times).for_each(|_| limiter.refused(Instant::now(), None));
    let check = |held: u128, expected: std::ops::Range<u128>| assert!(expected.contains(&held), "{held} of {expected:?}");
    check(held(|it| again(it, 1)).await, 1..8);
    check(held(|it| again(it, 2)).await, 10..18);
    check(held(|it| again(it, 3)).await, 30..45);
    // What was under way when the first refusal was heard is no news …
    let sent = Instant::now();
    check(held(|it| (0..4).for_each(|_| it.refused(sent, None))).await, 1..8);
    // … and an answer to what went out later ends the row.
    let served = |it: &Limiter| {
        again(it, 1);
        it.served(Instant::now());
        again(it, 1);
    };
    check(held(served).await, 1..8);
    check(held(|it| it.refused(Instant::now(), Some(Duration::from_millis(300)))).await, 15..23);
}

#[tokio::test]
async fn a_gate_begins_without_a_burst() {
    let limiter = Limiter::new(Pace { unit: Duration::from_millis(200), ..PACE });
    let began = Instant::now();
    for _ in 0..6 {
        limiter.permit(Lane::Run).await;
    }
    assert!(began.elapsed() >= Duration::from_millis(100), "five gaps of 20 ms");
}

#[tokio::test]
async fn a_person_goes_before_a_run() {
    let limiter = Arc::new(Limiter::new(Pace { burst: 1, unit: Duration::from_millis(300), ..PACE }));
    limiter.permit(Lane::Run).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let ask = |lane: Lane| {
        let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
        tokio::spawn(async move {
            limiter.permit(lane).await;
            order.lock().unwrap().push(lane);
        })
    };
    let mut all: Vec<_> = (0..4).map(|_| ask(Lane::Run)).collect();
    tokio::task::yield_now().await;
    all.extend((0..3).map(|_| ask(Lane::Interactive)));
    for it in all {
        it.await.unwrap();
    }
    let order = order.lock().unwrap();
    assert_eq!(order[..3], [Lane::Interactive; 3], "{order:?}");
}

/// The bucket that processes share, as the store keeps it.
struct Debt(Mutex<Option<Instant>>);

#[async_trait::async_trait]
impl SharedAllowance for Debt {
    async fn take(&self, worth: Duration) -> Option<Duration> {
        let (mut full_at, now) = (self.0.lock().expect("not poisoned"), Instant::now());
        let new = full_at.map_or(now, |it| it.max(now)) + worth;
        *full_at = Some(new);
        Some(new - now)
    }
}

/// Three processes with a gate each: together they ask no faster than one, and a person in a fourth waits for none of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_keep_to_one_allowance() {
    let pace = Pace { unit: Duration::from_millis(200), ..PACE };
    let debt: Arc<dyn SharedAllowance> = Arc::new(Debt(Mutex::default()));
    let gate = || {
        let limiter = Limiter::new(pace);
        limiter.share(Arc::clone(&debt));
        limiter
    };
    let (began, taken) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let (limiter, taken) = (gate(), Arc::clone(&taken));
            tokio::spawn(async move {
                for _ in 0..25 {
                    limiter.permit(Lane::Run).await;
                    taken.lock().expect("not poisoned").push(began.elapsed());
                }
            })
        })
        .collect();
    let person = gate();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let asked = Instant::now();
    person.permit(Lane::Interactive).await;
    let waited = asked.elapsed();
    for it in runs {
        it.await.expect("no panic");
    }
    let mut taken = std::mem::take(&mut *taken.lock().expect("not poisoned"));
    taken.sort();
    for (i, from) in taken.iter().enumerate() {
        for (j, to) in taken.iter().enumerate().skip(i) {
            // What was taken in hand may be used a unit later, by each of the three.
            let most = 10.0 + 3.0 * 4.0 + 50.0 * (*to - *from).as_secs_f64();
            assert!((j - i + 1) as f64 <= most + 1.0, "{} requests in {:?}", j - i + 1, *to - *from);
        }
    }
    assert!(taken.last().expect("some") > &Duration::from_millis(1_200), "75 requests take their time: {:?}", taken.last());
    // Behind what the three hold in hand at worst, less the part of the burst that is left to people.
    assert!(waited < Duration::from_millis(400), "a person waited for {waited:?}");
}
