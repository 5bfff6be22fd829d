"""Pages in a browser: they load without a network and an error, and do what they should.

Needs Chromium (`apt-get install chromium`) and Playwright (`pip install playwright`)."""

import shutil

import pytest
from conftest import needs, run
from tilewise.report.pages import write_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    needs("plotly"),
    needs("playwright"),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium not found"),
]
# Where the point with the most in x is, and which candidates are there.
PLACES = """() => {
  const div = document.getElementById('figure0'), { xaxis, yaxis } = div._fullLayout;
  const box = div.getBoundingClientRect(), { x, y } = div.data[0];
  const at = x.indexOf(Math.max(...x));
  const same = [...x.keys()].filter((each) => x[each] === x[at] && y[each] === y[at]);
  const [left, top] = [box.x + xaxis._offset, box.y + yaxis._offset];
  const place = [left + xaxis.d2p(x[at]), top + yaxis.d2p(y[at])];
  return [...place, same.map((each) => div.data[0].customdata[each])];
}"""
HOSTILE = "<script>alert()</script>"  # as long as a tick may be
NETWORK = f"""
name: net
input: {{channels: 8, height: 14, width: 14}}
layers:
  - {{name: "{HOSTILE}", op: convolution, output_channels: 16, kernel: 3}}
  - {{name: second, op: convolution, output_channels: 64, kernel: 1}}
  - {{name: pool, op: average_pool, kernel: global}}
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of a network with a hostile name, of two spaces, of an exploration."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "net.yaml").write_text(NETWORK)
    for command in (
        "cost net.yaml --device zc706 --factors divisors --out net",
        "sweep nasbench201 --dataset cifar10 --device hwnasbench-eyeriss,hwnasbench-zc706 "
        "--out space",
        "space fbnet --dataset ImageNet --sample 9 --device hwnasbench-zc706 --out blocks",
        "explore eyeriss_buffers --out study",
    ):
        done = run(*command.split(), folder=folder)
        assert done.returncode == 0, done.stderr
    for name in ("net", "space", "blocks", "study"):
        write_page(folder / name, folder / f"{name}.html")
    return folder


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(pages, chromium):
    """Opens a page, drawn; fails at the end where anything was wrong or asked of a network."""
    faults, contexts = [], []

    def open_page(name, width=1280, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda each: faults.append(each.text) if each.type == "error" else None)
        page.on("pageerror", lambda each: faults.append(str(each)))
        page.on("dialog", lambda each: faults.append("a name was run"))
        page.on("request", lambda each: faults.append(each.url) if "http" in each.url[:4] else None)
        page.goto((pages / f"{name}.html").as_uri())
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def test_a_click_on_a_title_sorts_and_a_name_stays_a_text(opened):
    page = opened("net")
    names = "[...document.querySelectorAll('tbody tr')].map(row => row.cells[1].textContent)"
    given = [HOSTILE, "second", "pool"]
    assert page.evaluate(names) == given
    numbers = "[...document.querySelectorAll('tbody tr')].map(row => +row.cells[3].dataset.value)"
    page.get_by_role("button", name="latency [ms]").click()
    falling = page.evaluate(numbers)
    assert falling == sorted(falling, reverse=True)
    page.get_by_role("button", name="latency [ms]").click()
    assert page.evaluate(numbers) == falling[::-1]
    page.locator("th button").nth(1).click()
    assert page.evaluate(names) == [HOSTILE, "pool", "second"]
    assert HOSTILE in page.locator("#figure0 .xtick text").all_text_contents()
    assert page.locator("script").count() == 4


def test_a_point_is_drawn_where_it_is_pointed_at_and_kept_by_a_click(opened):
    page = opened("space")
    assert page.evaluate("document.getElementById('figure0').data[0].x.length") == 15625
    card, (x, y), same = _pointed_at(page)
    card.locator("svg").wait_for()
    assert card.locator("h3").text_content() in [f"architecture {each}" for each in same]
    assert card.locator("p").first.text_content().startswith(f"{len(same)} coincide here: ")
    assert card.locator("svg circle").count() == 4  # the nodes of a cell
    assert card.locator(".edges li").count() == 6
    page.mouse.click(x, y)
    page.wait_for_function("document.getElementById('figure0-card').classList.contains('kept')")


def test_a_candidate_of_blocks_is_drawn_as_their_names(opened, pages):
    card, _, same = _pointed_at(opened("blocks"))
    card.locator(".blocks").wait_for()
    head = card.locator("h3").text_content()
    assert head in [f"architecture {each}" for each in same]
    import pandas as pd

    table = pd.read_csv(pages / "blocks" / "costs.csv", index_col="index")
    numbers = table.loc[int(head.split()[1]), "arch_str"].split(",")
    names = "k3_e1 k3_e1_g2 k3_e3 k3_e6 k5_e1 k5_e1_g2 k5_e3 k5_e6 skip".split()  # of the data set
    assert card.locator(".blocks span").all_text_contents() == [names[int(n)] for n in numbers]


def _pointed_at(page):
    """The card after the pointer came to the point with the most in x; its place; who is there."""
    page.locator("#figure0").scroll_into_view_if_needed()
    x, y, same = page.evaluate(PLACES)
    page.mouse.move(x - 40, y)
    page.mouse.move(x, y, steps=4)
    return page.locator("#figure0-card"), (x, y), same


def test_other_columns_have_the_front_that_the_program_finds(opened, pages):
    page = opened("study")
    columns = (
        "(() => { const { x, y } = document.getElementById('figure0').data[1]; return [x, y]; })()"
    )
    page.locator("#figure0-choices select[name=y]").select_option("area_mm2")
    page.wait_for_function(
        "document.getElementById('figure0').layout.yaxis.title.text === 'area [mm²]'"
    )
    x, y = page.evaluate(columns)
    rows = _costed(pages / "study" / "all.csv", "latency_ms", "area_mm2")
    best = [row for row in rows if not any(_beats(other, row) for other in rows)]
    assert list(zip(x, y, strict=True)) == sorted(set(best))


def _costed(path, *columns):
    import pandas as pd
    from tilewise.tables import EXACT

    return list(pd.read_csv(path, **EXACT)[list(columns)].itertuples(index=False, name=None))


def _beats(one, other):
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", ["net", "space", "study"])
def test_a_page_fits_a_phone_and_is_dark_where_that_is_asked(name, opened):
    page = opened(name, width=400, scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    look = "getComputedStyle(document.body)"
    back, ink = page.evaluate(f"[{look}.backgroundColor, {look}.color]")
    light = [sum(map(int, each[4:-1].split(","))) for each in (back, ink)]
    assert light[0] < 120 < 600 < light[1]
