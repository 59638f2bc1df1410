"""What is expected of rows, at reception and in the warehouse: rules, known errors, excuses. Never how they came."""
