package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnTensorTest {
  @Test
  void numbersStayAsTheyAre() {
    float[] values = {1, Float.NaN, -0.0f, Float.POSITIVE_INFINITY};
    Tensor tensor = NumericalColumn.of("x", values).tensor();
    assertEquals(TensorType.of(DType.F32, 4), tensor.type());
    assertArrayEquals(values, tensor.toFloatArray());
  }

  @Test
  void binsAreNumbersThatFallIntoThem() {
    Field.Discretized details =
        new Field.Discretized(new Field.Numerical(0, -3, 3, 1), new float[] {-1, 0, 1.5f}, 9, 255);
    float[] values = {-2, -1, -0.5f, 0, 1.4f, 1.5f, 7, Float.NaN};
    DiscretizedColumn column = DiscretizedColumn.of(new Field("x", false, 8, 1, details), values);
    float[] numbers = column.tensor().toFloatArray();
    for (int row = 0; row < 7; row++) {
      assertEquals(details.bin(values[row]), details.bin(numbers[row]));
    }
    assertEquals(Float.NaN, numbers[7]);
  }

  @Test
  void categoriesAndBooleansAreIds() {
    Field field = new Field("c", false, 4, 1, new Field.Categorical(Vocabulary.of("red", "green")));
    Tensor codes = new CategoricalColumn(field, new int[] {2, -1, 0, 1}).tensor();
    assertEquals(TensorType.of(DType.I32, 4), codes.type());
    assertArrayEquals(new int[] {2, -1, 0, 1}, codes.toIntArray());
    Tensor truths = BooleanColumn.of("b", (byte) 1, (byte) -1, (byte) 0).tensor();
    assertArrayEquals(new int[] {1, -1, 0}, truths.toIntArray());
  }

  @Test
  void rareCategoriesAreOutOfVocabulary() {
    CategoricalColumn column =
        CategoricalColumn.of(
            "c", Arrays.asList("a", "b", "a", null, "a"), new VocabularyLimits(2, 10));
    assertArrayEquals(new int[] {1, 0, 1, -1, 1}, column.tensor().toIntArray());
  }

  @Test
  void textIsNoTensor() {
    Column words =
        CategoricalSetColumn.of(
            new Field("words", false, 1, 0, new Field.CategoricalSet(Vocabulary.of("a"), 0, 1)),
            List.of(new int[] {1}));
    DataException refusal = assertThrows(DataException.class, words::tensor);
    assertEquals(
        "column \"words\" is CATEGORICAL_SET, of which a row has no single number; expected a"
            + " numerical, categorical or boolean column to make a tensor of",
        refusal.getMessage());
  }
}
