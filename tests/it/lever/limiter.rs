//! The allowance: never more than `burst + rate × t`, and a person before a run.

use acquaint::lever::limiter::{Bucket, Lane, Limiter, Pace, SharedAllowance};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
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

/// A gate with a gap of 20 ms, and a unit of 200.
fn quick() -> Limiter {
    Limiter::new(Pace { burst: 1, unit: Duration::from_millis(200), ..PACE })
}

/// Tells a gate of refusals in a row, and returns for how many milliseconds the last holds requests back.
async fn held(times: u32) -> u128 {
    let limiter = quick();
    let mut pause = Duration::ZERO;
    for _ in 0..times {
        pause = limiter.refused(Instant::now(), None).await;
    }
    pause.as_millis()
}

#[tokio::test]
async fn pauses_grow_with_the_refusals_in_a_row() {
    assert_eq!(held(1).await, 20, "a turn");
    for (times, least) in [(2, 200), (3, 600), (4, 1_800), (6, 16_200), (9, 16_200)] {
        let pause = held(times).await;
        assert!((least..=least * 5 / 4).contains(&pause), "after {times}: {pause}");
    }
    // What was under way when the first refusal was heard is no news …
    let (limiter, sent) = (quick(), Instant::now());
    let mut pauses = Vec::new();
    for _ in 0..4 {
        pauses.push(limiter.refused(sent, None).await);
    }
    assert_eq!(pauses[1..], [Duration::ZERO; 3], "{pauses:?}");
    // … and an answer to what went out later ends the row.
    let limiter = quick();
    limiter.refused(Instant::now(), None).await;
    limiter.served(Instant::now());
    assert_eq!(limiter.refused(Instant::now(), None).await.as_millis(), 20);
    assert_eq!(limiter.refused(Instant::now(), Some(Duration::from_millis(300))).await.as_millis(), 300, "as long as Lever asks");
    let began = Instant::now();
    limiter.permit(Lane::Run).await;
    assert!(began.elapsed() >= Duration::from_millis(299), "and nothing passes before");
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

/// The bucket that processes share, as the store keeps it; or a store that does not answer.
#[derive(Default)]
struct Debt {
    full_at: Mutex<Option<Instant>>,
    silent: bool,
    asked: AtomicU32,
    pauses: Mutex<Vec<Duration>>,
}

#[async_trait::async_trait]
impl SharedAllowance for Debt {
    async fn take(&self, worth: Duration) -> Option<Duration> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.silent {
            std::future::pending().await
        }
        let (mut full_at, now) = (self.full_at.lock().expect("not poisoned"), Instant::now());
        let new = full_at.map_or(now, |it| it.max(now)) + worth;
        *full_at = Some(new);
        Some(new - now)
    }

    async fn pause(&self, length: Duration) {
        self.pauses.lock().expect("not poisoned").push(length);
    }
}

fn sharing(pace: Pace, debt: &Arc<Debt>) -> Limiter {
    let limiter = Limiter::new(pace);
    limiter.share(Arc::clone(debt) as Arc<dyn SharedAllowance>);
    limiter
}

/// Three processes with a gate each: together they ask no faster than one, and a person in a fourth waits for none of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_keep_to_one_allowance() {
    let pace = Pace { unit: Duration::from_millis(200), ..PACE };
    let debt = Arc::new(Debt::default());
    let (began, taken) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let (limiter, taken) = (sharing(pace, &debt), Arc::clone(&taken));
            tokio::spawn(async move {
                for _ in 0..25 {
                    limiter.permit(Lane::Run).await;
                    taken.lock().expect("not poisoned").push(began.elapsed());
                }
            })
        })
        .collect();
    while taken.lock().expect("not poisoned").len() < 24 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A person comes behind what each of the three has asked for last, and what of the burst is not left to people.
    let ahead = debt.take(pace.unit / 10).await.expect("it answers");
    assert!(ahead <= pace.unit / 10 * 24, "a person is told to wait behind {ahead:?}");
    for it in runs {
        it.await.expect("no panic");
    }
    let mut taken = std::mem::take(&mut *taken.lock().expect("not poisoned"));
    taken.sort();
    for (at, time) in taken.iter().enumerate() {
        // What was taken in hand may be used a unit later, by each of the three. Who is late makes this no smaller.
        let most = 10.0 + 3.0 * 4.0 + 50.0 * time.as_secs_f64();
        assert!((at + 1) as f64 <= most + 1.0, "{} requests in {time:?}", at + 1);
    }
}

#[tokio::test]
async fn a_pause_is_told_to_all_who_share_the_allowance() {
    let debt = Arc::new(Debt::default());
    let limiter = sharing(Pace { unit: Duration::from_millis(200), ..PACE }, &debt);
    limiter.refused(Instant::now(), None).await;
    let told = || debt.pauses.lock().expect("not poisoned").clone();
    assert!(told().is_empty(), "the first may mean this one request alone");
    let second = limiter.refused(Instant::now(), None).await;
    let asked = limiter.refused(Instant::now(), Some(Duration::from_millis(777))).await;
    assert_eq!((told(), asked), (vec![second, asked], Duration::from_millis(777)));
}

/// Who hears nothing of the others leaves them half, and does not ask again with each request.
#[tokio::test]
async fn where_nobody_can_tell_half_the_rate_is_left_to_others() {
    let debt = Arc::new(Debt { silent: true, ..Debt::default() });
    let limiter = sharing(Pace { burst: 1, unit: Duration::from_millis(200), ..PACE }, &debt);
    let began = Instant::now();
    for _ in 0..11 {
        limiter.permit(Lane::Interactive).await;
    }
    // No answer is waited for once, and each request but the first waits for two gaps.
    assert!(began.elapsed() >= Duration::from_millis(2_395), "it took {:?}", began.elapsed());
    assert!(debt.asked.load(Ordering::Relaxed) < 10, "it is asked again after a while");
}
