import numpy as np
import pytest
import torch

from lorewise.models.neural_loss import DrawnItems, full_loss, sampled_loss, target_weights

N_ITEMS, DIM = 30, 4
COUNTS = np.arange(4, N_ITEMS + 4)


def problem() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    table = torch.from_numpy(rng.standard_normal((N_ITEMS, DIM)))
    states = torch.from_numpy(rng.standard_normal((50, DIM)))
    return states, table, torch.from_numpy(rng.integers(0, N_ITEMS, 50))


def sampled_gradient(rng: np.random.Generator, *, is_corrected: bool = True) -> np.ndarray:
    states, table, targets = problem()
    table.requires_grad_()
    drawn = DrawnItems.of(COUNTS, 1_000, rng)
    if not is_corrected:
        drawn = DrawnItems(drawn.items, np.zeros_like(drawn.log_expected))
    sampled_loss(states, table[targets], table[drawn.items], targets, drawn).backward()
    gradient: np.ndarray = table.grad.numpy()
    return gradient


def test_the_full_loss_is_the_log_of_the_targets_share() -> None:
    states, table = torch.tensor([[1.0]]), torch.tensor([[0.0], [1.0]])
    # e^1 / (e^0 + e^1) = .73106
    assert full_loss(states, table, torch.tensor([1])).item() == pytest.approx(
        -np.log(0.73106), 1e-4
    )


def test_the_gradient_in_short_numbers_is_that_of_long_ones_but_for_rounding() -> None:
    exact, short = problem(), [part.float() if i < 2 else part for i, part in enumerate(problem())]
    for states, table, targets in (exact, short):
        states.requires_grad_()
        table.requires_grad_()
        (2 * full_loss(states, table, targets)).backward()
    logits = exact[0] @ exact[1].T
    plain = 2 * torch.nn.functional.cross_entropy(logits, exact[2])
    wanted = torch.autograd.grad(plain, exact[:2])
    for own, rounded, gradient in zip(exact[:2], short[:2], wanted, strict=True):
        np.testing.assert_allclose(own.grad.numpy(), gradient.numpy(), rtol=1e-9, atol=1e-12)
        difference = np.linalg.norm(rounded.grad.numpy() - gradient.numpy())
        assert difference < 0.02 * np.linalg.norm(gradient.numpy())


def test_a_batch_of_many_events_is_the_mean_of_its_parts() -> None:
    states, table, targets = (part.repeat(20, *[1] * (part.dim() - 1)) for part in problem())
    table = table[:N_ITEMS]
    small = full_loss(states[:50], table, targets[:50]).item()
    assert full_loss(states, table, targets).item() == pytest.approx(small, rel=1e-9)


def test_events_of_rare_items_count_more_and_all_together_as_many_as_they_are() -> None:
    counts = np.array([1, 4, 0, 16])
    weights = target_weights(counts, 0.5).numpy()
    # 1, 1/2 and 1/4 per event: 1 + 2 + 4 = 7 for 21 events
    np.testing.assert_allclose(weights, [3, 1.5, 1, 0.75], rtol=1e-6)
    np.testing.assert_allclose(target_weights(counts, 0).numpy(), 1)


def test_a_weight_is_as_good_as_so_many_events() -> None:
    states, table, targets = problem()
    table.requires_grad_()
    twice = torch.ones(50, dtype=states.dtype)
    twice[0] = 2
    (full_loss(states, table, targets, twice) * 50).backward()
    weighted = table.grad.numpy().copy()
    table.grad = None
    more, same = torch.cat([states, states[:1]]), torch.cat([targets, targets[:1]])
    (full_loss(more, table, same) * 51).backward()
    np.testing.assert_allclose(weighted, table.grad.numpy(), rtol=1e-9, atol=1e-12)
    rng = np.random.default_rng(0)
    drawn = DrawnItems.of(COUNTS, 100, rng)
    rows = table[targets], table[drawn.items]
    sampled = sampled_loss(states, *rows, targets, drawn, twice) * 50
    plain = sampled_loss(states, *rows, targets, drawn) * 50
    first = sampled_loss(states[:1], rows[0][:1], rows[1], targets[:1], drawn)
    assert sampled.item() == pytest.approx((plain + first).item(), rel=1e-9)


def test_items_are_drawn_by_their_count_and_expected_as_often() -> None:
    drawn = DrawnItems.of(COUNTS, 100_000, np.random.default_rng(0))
    often = np.bincount(drawn.items, minlength=N_ITEMS)
    assert often[-1] / often[0] == pytest.approx((33 / 4) ** 0.75, rel=0.1)
    expected = np.exp(drawn.log_expected)
    assert often[drawn.items[0]] == pytest.approx(expected[0], rel=0.1)


def test_the_gradient_of_drawn_items_is_that_of_all_items() -> None:
    states, table, targets = problem()
    table.requires_grad_()
    full_loss(states, table, targets).backward()
    full: np.ndarray = table.grad.numpy()
    rng = np.random.default_rng(0)
    corrected = np.mean([sampled_gradient(rng) for _ in range(50)], axis=0)
    plain = np.mean([sampled_gradient(rng, is_corrected=False) for _ in range(50)], axis=0)
    size = np.linalg.norm(full)
    assert np.linalg.norm(corrected - full) < 0.05 * size
    assert np.linalg.norm(plain - full) > 0.2 * size


def test_a_target_among_the_drawn_counts_once() -> None:
    states, table = torch.tensor([[1.0]]), torch.tensor([[0.0], [1.0]])
    drawn = DrawnItems(np.array([1, 0]), np.zeros(2, dtype=np.float32))
    target = torch.tensor([1])
    loss = sampled_loss(states, table[target], table[drawn.items], target, drawn)
    assert loss.item() == pytest.approx(-np.log(0.73106), rel=1e-4)


def test_a_batch_and_items_drawn_alike_are_expected_as_often_as_they_come() -> None:
    shares = np.array([0.5, 0.25, 0.25, 0])
    drawn = DrawnItems.mixed(np.array([0, 0, 2], np.int32), shares, 8, np.random.default_rng(0))
    assert drawn.items[:3].tolist() == [0, 0, 2]
    assert len(drawn.items) == 11
    # Of 3 targets half are item 0, and 8 draws bring each of 4 items twice: 3 / 2 + 2.
    assert drawn.log_expected[0] == pytest.approx(np.log(3.5))
    assert drawn.log_expected[2] == pytest.approx(np.log(2.75))
    never_a_target = drawn.log_expected[drawn.items == 3]
    np.testing.assert_allclose(never_a_target, np.log(2), rtol=1e-6)


def test_the_gradient_of_a_batch_with_others_is_that_of_all_items() -> None:
    rng = np.random.default_rng(0)
    shares = COUNTS.astype(float) ** 2 / (COUNTS.astype(float) ** 2).sum()
    sums = np.zeros((3, N_ITEMS, DIM))
    for _ in range(40):
        states = torch.from_numpy(rng.standard_normal((200, DIM)))
        table = torch.from_numpy(np.random.default_rng(1).standard_normal((N_ITEMS, DIM)))
        table.requires_grad_()
        targets = torch.from_numpy(rng.choice(N_ITEMS, 200, p=shares))
        drawn = DrawnItems.mixed(targets.numpy(), shares, 200, rng)
        plain = DrawnItems(drawn.items, np.zeros_like(drawn.log_expected))
        losses = [full_loss(states, table, targets)]
        losses += [
            sampled_loss(states, table[targets], table[d.items], targets, d) for d in (drawn, plain)
        ]
        for place, loss in enumerate(losses):
            (gradient,) = torch.autograd.grad(loss, table)
            sums[place] += gradient.numpy()
    full, corrected, uncorrected = sums
    size = np.linalg.norm(full)
    assert np.linalg.norm(corrected - full) < 0.05 * size
    assert np.linalg.norm(uncorrected - full) > 0.2 * size


def test_items_drawn_alike_count_once_each() -> None:
    drawn = DrawnItems.alike(N_ITEMS, 30_000, np.random.default_rng(0))
    assert not drawn.log_expected.any()
    often = np.bincount(drawn.items, minlength=N_ITEMS)
    assert 0.85 < often.min() / 1_000 < often.max() / 1_000 < 1.15
