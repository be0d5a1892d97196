"""Test cases as unittest has them."""

import unittest

import calculator


class CalculatorTest(unittest.TestCase):
    def setUp(self):
        self.calculator = calculator

    def test_adds(self):
        self.assertEqual(self.calculator.add(3, 4), 7)

    def test_adds_negative(self):
        self.assertEqual(self.calculator.add(3, -4), -1)

    def test_divides(self):
        self.assertAlmostEqual(self.calculator.divide(1, 3), 0.333333333)

    def test_divides_more(self):
        for a, b, expected in [(9, 2, 4.5), (-9, 2, -4.5)]:
            with self.subTest(a=a, b=b):
                self.assertAlmostEqual(self.calculator.divide(a, b), expected)

    def test_zero(self):
        with self.assertRaisesRegex(ValueError, r"\ACannot divide by zero\Z"):
            self.calculator.divide(3, 0)
