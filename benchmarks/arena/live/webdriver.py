"""A visit by Selenium: python webdriver.py URL click|actions|keys_wheel|humancursor."""

from __future__ import annotations

import os
import sys
import time

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement


def main(url: str, how: str) -> None:
    """Open the page, act, send what is left."""
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ["CHROMIUM"]
    for word in ("--headless=new", "--no-sandbox", "--window-size=1400,1000"):
        options.add_argument(word)
    driver = webdriver.Chrome(options, webdriver.ChromeService(os.environ["CHROMEDRIVER"]))
    try:
        driver.get(url)
        time.sleep(1.0)
        targets = [driver.find_element(By.ID, f"target-{i}") for i in range(1, 10)]
        {"click": click, "actions": actions, "keys_wheel": keys_wheel, "humancursor": humancursor}[how](driver, targets)
        driver.execute_script("window.dispatchEvent(new Event('pagehide'))")
        time.sleep(1.0)
    finally:
        driver.quit()


def click(_: webdriver.Chrome, targets: list[WebElement]) -> None:
    """WebElement.click."""
    for target in targets:
        target.click()


def actions(driver: webdriver.Chrome, targets: list[WebElement]) -> None:
    """ActionChains: move to the element, click; its moves take 250 ms."""
    for target in targets:
        ActionChains(driver).move_to_element(target).click().perform()


def keys_wheel(driver: webdriver.Chrome, _: list[WebElement]) -> None:
    """send_keys and scrolling by the wheel."""
    driver.find_element(By.NAME, "name").send_keys("somebody who types")
    for _i in range(12):
        ActionChains(driver).scroll_by_amount(0, 100).perform()
    driver.find_element(By.NAME, "thoughts").send_keys("a thought about mice")


def humancursor(driver: webdriver.Chrome, targets: list[WebElement]) -> None:
    """HumanCursor's WebCursor."""
    from humancursor import WebCursor

    cursor = WebCursor(driver)
    for target in targets:
        cursor.click_on(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
